import { type Appended, type EventstreamError, MomentHub } from '@eventstream/core';
import { createManualClock, type ManualClock } from '@eventstream/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../client/errors.ts';
import { meaningOf, noAnswer } from '../client/kafka-codes.ts';
import { valuesOf } from '../testing/values-of.ts';
import type { Batch } from './batch.ts';
import { Sender, type SenderOptions } from './sender.ts';
import type { Outcome, Wire, Wires } from './wire.ts';

/** What the brokers do with one partition's batch. */
type Fate = 'store' | 'refuse' | 'store-and-lose' | 'lose' | 'skip';
const fates: readonly Fate[] = ['store', 'store', 'store', 'refuse', 'store-and-lose', 'lose', 'skip'];

const refusedOnce: Failure = {
  code: 'NOT_LEADER_OR_FOLLOWER',
  message: 'moved',
  meaning: meaningOf('NOT_LEADER_OR_FOLLOWER', true),
  cause: undefined,
};
const lost: Failure = { code: 'ConnectionError', message: 'reset', meaning: noAnswer, cause: undefined };
const outOfOrder: Failure = {
  code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  message: 'sequence',
  meaning: meaningOf('OUT_OF_ORDER_SEQUENCE_NUMBER', false),
  cause: undefined,
};

/** Brokers that know repeats as Kafka does, by producer and sequence, and lose what the fates say. */
class Brokers implements Wires {
  readonly logs: string[][] = [[], [], []];
  readonly underway = new Set<number>();
  overlapped = false;
  wires = 0;
  readonly #next: () => Fate;
  readonly #idempotent: boolean;
  #current: Wire | undefined;

  constructor(next: () => Fate, idempotent: boolean) {
    this.#next = next;
    this.#idempotent = idempotent;
  }

  current(): Wire {
    this.#current ??= this.#make();
    return this.#current;
  }

  retire(wire: Wire): void {
    if (this.#current === wire) this.#current = undefined;
  }

  hold(): void {
    this.wires += 1;
  }

  release(): void {
    this.wires -= 1;
  }

  #make(): Wire {
    const acknowledged = [0, 0, 0];
    const stored: ({ base: number; count: number; offset: number } | undefined)[] = [];
    const store = ({ partition, records, encoded }: Batch): number | 'out-of-order' => {
      const log = this.logs[partition] as string[];
      const base = acknowledged[partition] as number;
      const last = stored[partition];
      if (this.#idempotent && last?.base === base) return last.count === records ? last.offset : 'out-of-order';
      const offset = log.length;
      log.push(...valuesOf(encoded.encode(0)));
      stored[partition] = { base, count: records, offset };
      return offset;
    };
    return {
      reconnect: () => undefined,
      send: async (batches) => {
        for (const { partition } of batches) {
          if (this.underway.has(partition)) this.overlapped = true;
          this.underway.add(partition);
        }
        await new Promise((resolve) => setImmediate(resolve));
        const results = batches.map((batch) => {
          const fate = this.#next();
          const offset = fate === 'store' || fate === 'store-and-lose' ? store(batch) : undefined;
          return { batch, fate, offset };
        });
        for (const { partition } of batches) this.underway.delete(partition);
        const failed = results.find(
          ({ fate, offset }) => !['store', 'skip'].includes(fate) || offset === 'out-of-order',
        );
        if (failed !== undefined) {
          const failure = failed.offset === 'out-of-order' ? outOfOrder : failed.fate === 'refuse' ? refusedOnce : lost;
          return batches.map((): Outcome => ({ kind: 'failed', failure, shared: batches.length > 1 }));
        }
        return results.map(({ batch, fate, offset }): Outcome => {
          if (fate === 'skip') return { kind: 'unanswered' };
          acknowledged[batch.partition] = (acknowledged[batch.partition] as number) + batch.records;
          return { kind: 'stored', stored: { offset: offset as number, logAppendTime: -1 } };
        });
      },
    };
  }
}

function senderOver(wires: Wires, clock: ManualClock, options: Partial<SenderOptions> = {}): Sender {
  return new Sender({
    batchBytes: 400,
    batchRecords: 4,
    bufferBytes: 4000,
    maxRequestBytes: 1000,
    lingerMs: 0,
    deliveryTimeoutMs: 5000,
    idempotent: true,
    brokers: ['b:9092'],
    clock,
    random: () => 0.5,
    moments: new MomentHub(),
    wires,
    leaders: { leaderOf: (_topic, partition) => partition % 2, relearn: async () => undefined },
    ...options,
  });
}

interface Sent {
  readonly partition: number;
  readonly value: string;
  settled?: { readonly at: number; readonly receipt?: Appended; readonly error?: EventstreamError };
}

/** Lets time and turns pass until everything is settled. */
async function settle(sent: readonly Sent[], clock: ManualClock): Promise<void> {
  for (let turn = 0; turn < 2000 && sent.some(({ settled }) => settled === undefined); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 4 === 0) await clock.advance(25);
  }
}

function occurrences(log: readonly string[], value: string): number {
  return log.filter((one) => one === value).length;
}

describe('the sender, against brokers that lose, refuse and forget at random', () => {
  const scripts = fc.record({
    appends: fc.array(fc.record({ partition: fc.nat(2), bytes: fc.nat(120), pause: fc.nat(3) }), { maxLength: 60 }),
    fates: fc.infiniteStream(fc.constantFrom(...fates)),
    idempotent: fc.boolean(),
    lingerMs: fc.constantFrom(0, 20),
    deliveryTimeoutMs: fc.constantFrom(300, 5000),
  });

  test('never loses, repeats or reorders what it acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async ({ appends, fates: stream, ...options }) => {
        const brokers = new Brokers(() => stream.next().value as Fate, options.idempotent);
        const clock = createManualClock();
        const sender = senderOver(brokers, clock, options);
        const sent: Sent[] = [];
        let order = 0;
        for (const [index, { partition, bytes, pause }] of appends.entries()) {
          const one: Sent = { partition, value: `${index}:${'x'.repeat(bytes)}` };
          sent.push(one);
          const record = { partition, key: null, value: one.value, headers: [], timestamp: 1 };
          sender.append('t', record).then(
            (receipt) => {
              one.settled = { at: order++, receipt };
            },
            (error: EventstreamError) => {
              one.settled = { at: order++, error };
            },
          );
          for (let turn = 0; turn < pause; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        }
        await settle(sent, clock);

        expect(sent.filter(({ settled }) => settled === undefined)).toEqual([]);
        expect(brokers.overlapped).toBe(false);
        expect(sender.full).toBe(false);
        for (const partition of [0, 1, 2]) {
          const log = brokers.logs[partition] as string[];
          const accepted = sent.filter((one) => one.partition === partition && one.settled?.receipt !== undefined);
          for (const { value, settled } of accepted) {
            expect(log[settled?.receipt?.offset ?? -1]).toBe(value);
            if (options.idempotent) expect(occurrences(log, value)).toBe(1);
          }
          const firsts = accepted.map(({ value }) => log.indexOf(value));
          if (options.idempotent) expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
          const settledAt = accepted.map(({ settled }) => settled?.at ?? -1);
          expect(settledAt).toEqual([...settledAt].sort((a, b) => a - b));
        }
        for (const { settled } of sent) {
          if (settled?.error !== undefined)
            expect(['delivery-timeout', 'buffer-full', 'delivery-failed']).toContain(settled.error.code);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('the sender', () => {
  function storing(): Brokers {
    return new Brokers(() => 'store', true);
  }

  test('puts what one turn appends into one request per leader', async () => {
    const requests: number[][] = [];
    const wire: Wire = {
      reconnect: () => undefined,
      send: async (batches) => {
        requests.push(batches.map(({ partition }) => partition));
        return batches.map((): Outcome => ({ kind: 'stored', stored: { offset: 0, logAppendTime: -1 } }));
      },
    };
    const wires: Wires = {
      current: () => wire,
      retire: () => undefined,
      hold: () => undefined,
      release: () => undefined,
    };
    const sender = senderOver(wires, createManualClock());
    await Promise.all(
      [0, 1, 2, 0].map((partition) =>
        sender.append('t', { partition, key: null, value: 'v', headers: [], timestamp: 1 }),
      ),
    );
    expect(requests).toEqual([[0, 2], [1]]);
  });

  test('is full at its bound, refuses, and takes more once drained', async () => {
    const sender = senderOver(storing(), createManualClock(), { bufferBytes: 100 });
    const record = { partition: 0, key: null, value: 'x'.repeat(90), headers: [], timestamp: 1 };
    const first = sender.append('t', record);
    expect(sender.full).toBe(true);
    await expect(sender.append('t', record)).rejects.toMatchObject({ code: 'buffer-full', facts: { limit: 100 } });
    await sender.drained();
    await first;
    await expect(sender.append('t', record)).resolves.toMatchObject({ offset: 1 });
  });

  test('flush waits for what was appended before it, and not for linger', async () => {
    const clock = createManualClock();
    const sender = senderOver(storing(), clock, { lingerMs: 1000 });
    const appended = sender.append('t', { partition: 1, key: 'k', value: 'v', headers: [], timestamp: 7 });
    await sender.flush();
    await expect(appended).resolves.toEqual({ partition: 1, offset: 0, timestamp: 7, attempts: 1 });
  });

  test('linger sends when its time is over', async () => {
    const clock = createManualClock();
    const brokers = storing();
    const sender = senderOver(brokers, clock, { lingerMs: 1000 });
    const appended = sender.append('t', { partition: 1, key: 'k', value: 'v', headers: [], timestamp: 7 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(brokers.logs[1]).toEqual([]);
    await clock.advance(1000);
    await appended;
    expect(brokers.logs[1]).toEqual(['v']);
  });

  test('a record given up without an answer does not swallow the next one', async () => {
    const clock = createManualClock();
    const answers: Fate[] = ['store-and-lose'];
    const brokers = new Brokers(() => answers.shift() ?? 'store', true);
    // The pause before the second attempt is longer than the record may live.
    const sender = senderOver(brokers, clock, { deliveryTimeoutMs: 20 });
    const record = (value: string) => ({ partition: 0, key: null, value, headers: [], timestamp: 1 });
    const first = sender.append('t', record('first'));
    first.catch(() => undefined);
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(50);
    await expect(first).rejects.toMatchObject({ code: 'delivery-timeout' });
    await expect(sender.append('t', record('second'))).resolves.toMatchObject({ offset: 1 });
    expect(brokers.logs[0]).toEqual(['first', 'second']);
  });

  test('abandons with a count of the records left', async () => {
    const never: Wire = { send: () => new Promise(() => undefined), reconnect: () => undefined };
    const wires: Wires = {
      current: () => never,
      retire: () => undefined,
      hold: () => undefined,
      release: () => undefined,
    };
    const sender = senderOver(wires, createManualClock());
    const record = { partition: 0, key: null, value: 'v', headers: [], timestamp: 1 };
    const receipts = [sender.append('t', record), sender.append('t', record)];
    const error = { code: 'transport-closed' } as EventstreamError;
    expect(sender.abandon(error)).toBe(2);
    for (const receipt of receipts) await expect(receipt).rejects.toBe(error);
    expect(sender.abandon(error)).toBe(0);
  });

  test('a batch that is too large is halved until it fits', async () => {
    const sizes: number[] = [];
    const tooLarge: Failure = {
      code: 'MESSAGE_TOO_LARGE',
      message: 'large',
      meaning: meaningOf('MESSAGE_TOO_LARGE', false),
      cause: undefined,
    };
    let offset = 0;
    const wire: Wire = {
      reconnect: () => undefined,
      send: async ([batch]) => {
        const count = batch?.records ?? 0;
        sizes.push(count);
        if (count > 1) return [{ kind: 'failed', failure: tooLarge, shared: false }];
        offset += 1;
        return [{ kind: 'stored', stored: { offset: offset - 1, logAppendTime: 99 } }];
      },
    };
    const wires: Wires = {
      current: () => wire,
      retire: () => undefined,
      hold: () => undefined,
      release: () => undefined,
    };
    const sender = senderOver(wires, createManualClock());
    const values = ['a', 'b', 'c'];
    const receipts = values.map((value) =>
      sender.append('t', { partition: 0, key: null, value, headers: [], timestamp: 1 }),
    );
    const flushed = sender.flush();
    expect((await Promise.all(receipts)).map((receipt) => receipt.offset)).toEqual([0, 1, 2]);
    await flushed;
    expect(sizes).toEqual([3, 2, 1, 1, 1]);
  });
});
