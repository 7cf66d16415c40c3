import { expect, test } from 'vitest';
import { fuzz } from './testing/fuzz/fuzz.ts';

/** `FUZZ_SEED` repeats a run, `FUZZ_FRAMES` makes it longer; a night of ten million is as good as a run of each release. */
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const frames = Number(process.env['FUZZ_FRAMES'] ?? 20_000);

test(`${frames} mutated frames are answered or end their connection, and none breaks the broker`, {
  timeout: 3_600_000,
}, async () => {
  const before = process.memoryUsage().rss;
  const result = await fuzz(seed, frames);
  expect(result.unsettled, `seed ${seed}: frames that nobody ever decided`).toBe(0);
  expect(result.replied).toBeGreaterThan(frames / 20);
  expect(result.closed).toBeGreaterThan(frames / 20);
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  expect(grown, `seed ${seed}: MiB of memory kept or needed at once`).toBeLessThan(600);
});
