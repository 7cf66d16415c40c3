import { decodeRecord } from '@eventstream/contracts';
import { EventstreamError } from '@eventstream/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batch, collectorOnMemory, eventsRequest, resultsOf, tracked } from './testing/shop.ts';

type Kind = 'good' | 'invalid' | 'unknown' | 'huge' | 'deep' | 'malformed' | 'refused';

const expected: Readonly<Record<Kind, 'ok' | 'rejected' | 'retry'>> = {
  good: 'ok',
  invalid: 'rejected',
  unknown: 'rejected',
  huge: 'rejected',
  deep: 'rejected',
  malformed: 'rejected',
  refused: 'retry',
};

function eventOf(kind: Kind, id: string): unknown {
  const nest = (levels: number): unknown => (levels === 0 ? 1 : [nest(levels - 1)]);
  const parts: Readonly<Record<Kind, object>> = {
    good: {},
    invalid: { data: { sku: 1 } },
    unknown: { type: 'shop.moon.landed' },
    huge: { data: { sku: 'x'.repeat(33_000) } },
    deep: { data: { sku: 'A1', more: nest(40) } },
    malformed: { time: 'noon' },
    refused: { type: 'shop.page.seen', data: { url: '/' } },
  };
  return tracked(id, parts[kind] as Readonly<Record<string, unknown>>);
}

test('every id has exactly one result, ok means stored once, and all else means not stored', async () => {
  const events = fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 8 }).map((id) => `id-${id}`),
      kind: fc.constantFrom(...(Object.keys(expected) as Kind[])),
    }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(events, async (sent) => {
      const { cluster, collector } = collectorOnMemory();
      cluster.refuseAppends(({ topic }) =>
        topic === 'shop.pages'
          ? new EventstreamError('delivery-timeout', { message: 'late', facts: { topic, partition: 0, timeoutMs: 1 } })
          : undefined,
      );
      const response = await collector.fetch(eventsRequest(batch(...sent.map(({ kind, id }) => eventOf(kind, id)))));
      const results = await resultsOf(response);
      const first = new Map<string, Kind>();
      for (const { id, kind } of sent) if (!first.has(id)) first.set(id, kind);
      const verdicts = Object.entries(results).map(([id, { r }]) => [id, r]);
      expect(verdicts).toEqual([...first].map(([id, kind]) => [id, expected[kind]]));
      const stored = ['shop.carts', 'shop.pages'].flatMap((topic) => cluster.records(topic));
      const ok = [...first].filter(([, kind]) => kind === 'good').map(([id]) => id);
      expect(stored.map((record) => decodeRecord(record).id)).toEqual(ok);
      expect(response.status).toBe([...first.values()].every((kind) => kind === 'refused') ? 503 : 200);
    }),
    { numRuns: 200 },
  );
});
