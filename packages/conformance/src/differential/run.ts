import type { KafkaRelease } from '@eventstream/mock-broker';
import type { KafkaVersion } from '@eventstream/tooling';
import { compare, type Difference } from './compare.ts';
import { Player } from './play.ts';
import { rangesOf } from './ranges.ts';
import { allScripts } from './scripts/index.ts';
import { mockSubject, realSubject } from './subjects.ts';

/** What came of playing every script to a real broker and to the mock broker. */
export type Comparison = {
  readonly requests: number;
  readonly differences: readonly Difference[];
  /** Requests by API, `Fetch v4`, to see what was asked at all. */
  readonly asked: ReadonlySet<string>;
};

/** Plays the scripts of the areas given, or all, first to the real broker and then to the mock broker as that release. */
export async function runComparison(version: KafkaVersion, areas: readonly string[] = []): Promise<Comparison> {
  await using real = await realSubject(version);
  await using mock = await mockSubject(version.slice(0, 3) as KafkaRelease);
  const ranges = await rangesOf(real);
  const wanted = allScripts(await rangesOf(mock)).filter(({ area }) => areas.length === 0 || areas.includes(area));
  const realExchanges = await new Player(real, ranges).play(wanted);
  const mockExchanges = await new Player(mock, ranges).play(wanted);
  return {
    requests: realExchanges.length,
    differences: compare(realExchanges, mockExchanges),
    asked: new Set(realExchanges.map(({ api, version: asked }) => `${api.name} v${asked}`)),
  };
}
