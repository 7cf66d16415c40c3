import { isEventstreamError } from '@eventstream/core';
import { expect } from 'vitest';
import { joinGroup, text } from '../support/collect.ts';
import type { Cases } from '../support/lab.ts';

const patience = ({ backend }: { readonly backend: { readonly patienceMs: number } }) => backend.patienceMs;

/** The sentences of the port about producing: packages/core/src/transport.ts. */
export function producingCases(one: Cases): void {
  one('receipts of a partition resolve in append order with rising offsets', async (lab) => {
    const topic = await lab.topic(2);
    const writer = await (await lab.transport()).topic(topic);
    const order: number[] = [];
    const receipts = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const receipt = await writer.append(1, `k${index}`, `v${index}`, [], 1_750_000_000_000 + index);
        order.push(index);
        return receipt;
      }),
    );
    expect(order).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(receipts.map(({ offset }) => offset)).toEqual(order);
    expect(receipts.every(({ partition, attempts }) => partition === 1 && attempts >= 1)).toBe(true);
  });

  one('key, value, headers and timestamp come back byte for byte', async (lab) => {
    const topic = await lab.topic(1);
    const transport = await lab.transport();
    const writer = await transport.topic(topic);
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await writer.append(
      0,
      bytes,
      bytes,
      [
        ['raw', bytes],
        ['text', 'grüße'],
        ['none', null],
        ['raw', 'again'],
      ],
      1_750_000_000_123,
    );
    await writer.append(0, null, 'unkeyed', [], 1_750_000_000_124);
    await writer.append(0, 'deleted', null, [], 1_750_000_000_125);
    await writer.append(0, '', '', [], 1_750_000_000_126);
    const member = await joinGroup(transport, { group: lab.name('g'), topics: [topic], patienceMs: patience(lab) });
    await member.until(() => member.records.length === 4);
    const [binary, unkeyed, tombstone, empty] = member.records;
    expect(binary?.key).toEqual(bytes);
    expect(binary?.value).toEqual(bytes);
    expect(binary?.timestamp).toBe(1_750_000_000_123);
    expect(binary?.headers.map(([name]) => name)).toEqual(['raw', 'text', 'none', 'raw']);
    expect(binary?.headers[0]?.[1]).toEqual(bytes);
    expect(text(binary?.headers[1]?.[1] ?? null)).toBe('grüße');
    expect(unkeyed?.key).toBeNull();
    expect(tombstone?.value).toBeNull();
    expect([empty?.key?.length, empty?.value?.length]).toEqual([0, 0]);
  });

  one('the caller may reuse its buffer as soon as append returns', async (lab) => {
    const topic = await lab.topic(1);
    const transport = await lab.transport();
    const writer = await transport.topic(topic);
    const buffer = new TextEncoder().encode('first');
    const receipt = writer.append(0, buffer, buffer, [['h', buffer]], Date.now());
    buffer.fill(0);
    await receipt;
    const member = await joinGroup(transport, { group: lab.name('g'), topics: [topic], patienceMs: patience(lab) });
    await member.until(() => member.records.length === 1);
    const [record] = member.records;
    expect([text(record?.key ?? null), text(record?.value ?? null), text(record?.headers[0]?.[1] ?? null)]).toEqual([
      'first',
      'first',
      'first',
    ]);
  });

  one('records of 900 KB arrive whole; one over the limit is refused by name and size', async (lab) => {
    const topic = await lab.topic(1);
    const transport = await lab.transport();
    const writer = await transport.topic(topic);
    const large = Uint8Array.from({ length: 900 * 1024 }, (_, index) => (index * 31) & 255);
    await writer.append(0, null, large, [], Date.now());
    const refused = await writer
      .append(0, null, new Uint8Array(3 * 1024 ** 2), [], Date.now())
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'record-too-large', facts: { topic } });
    const member = await joinGroup(transport, { group: lab.name('g'), topics: [topic], patienceMs: patience(lab) });
    await member.until(() => member.records.length === 1);
    expect(Buffer.compare(member.records[0]?.value ?? new Uint8Array(), large)).toBe(0);
  });

  one('a partition that is not there is refused', async (lab) => {
    const writer = await (await lab.transport()).topic(await lab.topic(2));
    await expect(writer.append(2, null, 'x', [], Date.now())).rejects.toMatchObject({
      code: 'partition-missing',
      facts: { partition: 2 },
    });
  });

  one('a record resolves and rejects with what its appender makes of the outcome, told once', async (lab) => {
    const writer = await (await lab.transport()).topic(await lab.topic(1));
    const told: string[] = [];
    const outcome = {
      stored: ({ offset }: { readonly offset: number }) => `stored at ${told.push('stored') - 1 + offset}`,
      failed: (error: unknown) => new Error(`failed ${told.push('failed')}`, { cause: error }),
    };
    const append = (partition: number) => writer.append(partition, null, 'x', [], Date.now(), outcome);
    expect(await append(0)).toBe('stored at 0');
    const failure: unknown = await append(1).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'failed 2', cause: { code: 'partition-missing' } });
    expect(told).toEqual(['stored', 'failed']);
  });

  one('unacknowledged bytes are bounded: full, then buffer-full, then drained', async (lab) => {
    const topic = await lab.topic(1);
    const transport = await lab.transport({ bufferBytes: 64 * 1024 });
    const writer = await transport.topic(topic);
    const value = new Uint8Array(8 * 1024);
    const receipts: Promise<unknown>[] = [];
    // Within one turn nothing can be acknowledged, so the bound must be met.
    while (!transport.full && receipts.length < 100) receipts.push(writer.append(0, null, value, [], Date.now()));
    expect(receipts.length).toBeLessThanOrEqual(9);
    const refused = await writer.append(0, null, value, [], Date.now()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'buffer-full', retriable: true });
    await transport.drained({ timeoutMs: patience(lab) });
    expect(transport.full).toBe(false);
    await Promise.all(receipts);
  });

  one('close has a deadline: silent brokers make it report what was not sent', async (lab) => {
    const topic = await lab.topic(1);
    const transport = lab.running.transport();
    await transport.connect();
    const writer = await transport.topic(topic);
    await writer.append(0, null, 'before', [], Date.now());
    const unsilence = await lab.running.silence();
    const receipts = Array.from({ length: 5 }, (_, index) =>
      writer.append(0, null, `lost ${index}`, [], Date.now()).catch((error: unknown) => error),
    );
    const began = performance.now();
    const report = await transport.close({ timeoutMs: 500 });
    const took = performance.now() - began;
    await unsilence();
    expect(report.unsent).toBe(5);
    for (const outcome of await Promise.all(receipts)) expect(isEventstreamError(outcome)).toBe(true);
    expect(took).toBeLessThan(3000);
  });
}
