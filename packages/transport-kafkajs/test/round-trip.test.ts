import type { Bytes, Header } from '@eventstream/core';
import { startMockBroker } from '@eventstream/mock-broker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connected } from './connected.ts';
import { joinGroup, until } from './group-member.ts';

const bytes = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 200, maxLength: 300 }),
);
/** Few names, so that they repeat; some of them JavaScript treats specially as a property. */
const names = fc.constantFrom('a', 'b', '', '0', '12', '__proto__', 'constructor', 'ü');
const records = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(names, bytes), { maxLength: 6 }),
  timestamp: fc.nat(1_750_000_000_000),
});

function plain(value: Bytes): string | null {
  return value === null ? null : Buffer.from(value as Uint8Array).toString('hex');
}

test.each(['none', 'gzip'] as const)(
  'any record comes back as it was appended, compressed with %s',
  async (compression) => {
    await using broker = await startMockBroker({ topics: [{ name: 't', partitions: 1 }] });
    await using transport = await connected({ brokers: broker.brokers, compression });
    const writer = await transport.topic('t');
    const sent = fc.sample(records, 400);
    await Promise.all(
      sent.map(({ key, value, headers, timestamp }) => writer.append(0, key, value, headers as Header[], timestamp)),
    );
    const member = await joinGroup(transport);
    await until(() => expect(member.all().length).toBe(sent.length));
    const received = member.batches.flatMap((batch) => batch.records);
    for (const [index, record] of received.entries()) {
      const original = sent[index];
      expect([record.offset, record.timestamp]).toEqual([index, original?.timestamp]);
      expect([plain(record.key), plain(record.value)]).toEqual([
        plain(original?.key ?? null),
        plain(original?.value ?? null),
      ]);
      // Without a key and a value there is nothing the order of repeated headers could be read from.
      if (record.key === null && record.value === null) continue;
      const expected = original?.headers.map(([name, value]) => [name, plain(value)]);
      expect(record.headers.map(([name, value]) => [name, plain(value)])).toEqual(expected);
    }
  },
);
