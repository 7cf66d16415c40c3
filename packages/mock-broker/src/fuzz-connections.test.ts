import { expect, test } from 'vitest';
import { fuzzConnections } from './testing/fuzz/connections.ts';

/** `FUZZ_SEED` repeats a run, `FUZZ_FRAMES` makes it longer. */
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const wanted = process.env['FUZZ_FRAMES'];

// Real sockets take their time; what they can do wrong shows in fewer connections.
test.for([
  ['memory', 1000],
  ['tcp', 200],
] as const)(
  'connections over %s go as their bytes say, and leave nothing behind',
  { timeout: 3_600_000 },
  async ([transport, few]) => {
    const frames = Number(wanted ?? few);
    const { frames: served, ...counts } = await fuzzConnections({ seed, frames, transport });
    expect(served).toBeGreaterThanOrEqual(frames);
    for (const [kind, count] of Object.entries(counts)) {
      expect(count, `seed ${seed}: ${kind}, too few to prove anything`).toBeGreaterThan(frames / 100);
    }
  },
);
