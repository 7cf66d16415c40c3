import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { z } from 'zod';

/** The topic all benchmarks write to and read from. */
export const topic = 'bench.ticks';

/** An event as small as events get, whose key and time the benchmark sets. */
export const bench = defineCatalog([
  defineEvent('bench.tick', {
    version: 1,
    topic,
    data: z.object({ at: z.number(), text: z.string() }),
  }),
]);

/** Data that is `bytes` long as JSON. */
export function tickOf(bytes: number, at = 0): { at: number; text: string } {
  const bare = JSON.stringify({ at, text: '' }).length;
  return { at, text: 'x'.repeat(Math.max(0, bytes - bare)) };
}
