import { errorCodes } from '@eventstream/kafka-protocol';
import { Trace } from '../chaos/trace.ts';
import { MockBrokerError } from '../errors.ts';
import type { Observers, Served } from '../observers.ts';
import type { Clock } from '../time/clock.ts';
import type { Catalog } from '../topics/catalog.ts';
import type { Finding, Report } from './finding.ts';
import { GroupWatch } from './group-watch.ts';
import { ProduceWatch } from './produce-watch.ts';
import { Reach } from './reach.ts';

/** What a witness needs of its cluster. */
export type WitnessSurroundings = {
  readonly observers: Observers;
  readonly clock: Clock;
  readonly catalog: Catalog;
};

/** How much of an error's message is timeline. */
const LINES = 40;
const KEPT_LINES = 2000;
const fenced = new Set<number>([errorCodes.PRODUCER_FENCED, errorCodes.INVALID_PRODUCER_EPOCH]);
const transactional = new Set(['AddPartitionsToTxn', 'AddOffsetsToTxn', 'EndTxn', 'TxnOffsetCommit', 'InitProducerId']);

/**
 * Watches what clients do wrong or suffer: duplicates, gaps in sequences, two owners of a partition, writes of those who
 * had been replaced, commits beyond what was fetched, and offsets that go backwards.
 *
 * It sees what was applied, not what clients were told, so an answer that a fault has falsified does not deceive it.
 *
 * @example
 * ```ts
 * import { startMockBroker } from '@eventstream/mock-broker';
 *
 * await using broker = await startMockBroker({ witness: true, topics: [{ name: 'orders' }] });
 * // … the code under test …
 * broker.witness.expectClean();
 * ```
 */
export class Witness {
  readonly #around: WitnessSurroundings;
  #produce = new ProduceWatch();
  #groups = new GroupWatch();
  #reach = new Reach();
  #found: Finding[] = [];
  #trace: Trace | undefined;

  constructor(around: WitnessSurroundings) {
    this.#around = around;
  }

  /** Watches from now on; the option `witness: true` does so from the start. Until then nothing is looked at. */
  watch(): void {
    if (this.#trace) return;
    const { observers, clock } = this.#around;
    const startedAt = clock.now();
    this.#trace = new Trace(() => clock.now() - startedAt, KEPT_LINES);
    this.#trace.follow(observers);
    observers.on('served', (served) => this.#look(served));
  }

  /**
   * Forgets what it has found and whatever it compares with. `broker.restore()` calls it: offsets that went back with
   * the cluster went back by nobody's fault.
   */
  reset(): void {
    this.#produce = new ProduceWatch();
    this.#groups = new GroupWatch();
    this.#reach = new Reach();
    this.#found = [];
    this.#trace?.clear();
  }

  /** What was found so far. */
  findings(): readonly Finding[] {
    return [...this.#found];
  }

  /** Throws what was found, with what happened before it. @throws MockBrokerError `WITNESS`, `NOT_WATCHING` */
  expectClean(): void {
    if (!this.#trace) {
      const advice =
        'start the broker with `witness: true`, or call `broker.witness.watch()` before the code under test.';
      throw new MockBrokerError('NOT_WATCHING', `The witness has not been watching: ${advice}`);
    }
    if (this.#found.length === 0) return;
    const shown = this.#found.slice(0, LINES / 4).map(({ kind, what }) => `  ${kind}: ${what}`);
    const last = this.#trace.lines.findLastIndex((line) => line.includes('!! '));
    const lines = this.#trace.lines.slice(0, last + 1).slice(-(LINES - shown.length - 2));
    const told = [
      'Clients did or suffered what they should not:',
      ...shown,
      'What happened:',
      ...lines.map((line) => `  ${line}`),
    ];
    throw new MockBrokerError('WITNESS', told.join('\n'), { findings: this.#found.length });
  }

  #look(served: Served): void {
    for (const report of this.#judge(served)) {
      this.#found.push({ ...report, at: this.#around.clock.now() });
      this.#trace?.note(`!! ${report.kind}: ${report.what}`);
    }
  }

  /** Requests and answers are typed by their API alone, which a name does not tell the compiler. */
  #judge(served: Served): readonly Report[] {
    const { api, clientId, response, bytesOf } = served;
    const nameOf = this.#nameOf;
    const reached = (place: string): bigint => this.#reach.of(clientId, place);
    switch (api) {
      case 'Produce':
        return this.#produce.look({ ...served, nameOf } as never);
      case 'SyncGroup':
        return this.#groups.lookAtSync(served as never);
      case 'OffsetCommit':
        return this.#groups.lookAtCommit({ ...served, nameOf, reached } as never);
      case 'Fetch':
        this.#reach.fetched(clientId, response as never, { nameOf, bytesOf });
        return [];
      case 'ListOffsets':
        this.#reach.told(clientId, response as never);
        return [];
      default:
        return transactional.has(api) ? zombies(served) : [];
    }
  }

  readonly #nameOf = ({ name, topicId }: { readonly name: string | null; readonly topicId: string }): string =>
    name || this.#around.catalog.byId(topicId)?.name || topicId;
}

/** Refusals of a producer that was replaced, wherever the answer has its codes. */
function zombies({ api, clientId, response }: Served): Report[] {
  const codes: unknown[] = [];
  JSON.stringify(response, (key, value) => {
    if (/errorcode$/i.test(key)) codes.push(value);
    return typeof value === 'bigint' ? undefined : value;
  });
  const isFenced = codes.some((code) => typeof code === 'number' && fenced.has(code));
  return isFenced ? [{ kind: 'zombie-write', what: `${clientId} sent ${api} after its producer had been fenced` }] : [];
}
