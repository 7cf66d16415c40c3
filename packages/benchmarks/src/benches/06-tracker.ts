import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Row } from '../harness/row.ts';
import { snippetText } from '../support/page.ts';

const calls = 1000;
const slowdown = 4;
const gzipGoal = 3000;

interface Cost {
  readonly meanMs: number;
  readonly worstMs: number;
}

const row = { benchmark: 'tracker', better: 'less' } as const;

async function sizeRows(): Promise<readonly Row[]> {
  const text = await snippetText();
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  const size = (how: string, bytes: number): Row => ({
    ...row,
    what: `size of snippet.js, ${how}`,
    unit: 'bytes',
    ours: { name: 'snippet', values: [bytes] },
  });
  return [
    size('as it is', Buffer.byteLength(text)),
    { ...size('gzip -9', gzipSync(text, { level: 9 }).length), goal: { of: 'value', bound: gzipGoal } },
    size('brotli', brotliCompressSync(text, best).length),
  ];
}

async function costRows(context: BenchContext): Promise<readonly Row[]> {
  const absent = context.absent('chromium');
  if (absent !== undefined) context.say(`the cost of track needs Chromium: ${absent}`);
  const measure = () => measureIn<Cost>('track', { calls, slowdown });
  const { ours } = absent === undefined ? await interleave(context, 'track', { ours: measure }) : { ours: [] };
  const cost = (which: keyof Cost, words: string): Row => ({
    ...row,
    what: `one \`track\` in Chromium slowed down ${slowdown} times, ${words} of ${calls.toLocaleString('en')}`,
    unit: 'ms',
    ours:
      absent === undefined ? { name: 'snippet', values: ours.map((one) => one[which]) } : { name: 'snippet', absent },
  });
  return [cost('meanMs', 'mean'), cost('worstMs', 'worst')];
}

/** What a page pays for the tracker: once in bytes, and at every call in time. */
export const tracker: Benchmark = {
  name: 'tracker',
  group: 'events',
  async run(context) {
    return [...(await sizeRows()), ...(await costRows(context))];
  },
};
