import type { Reading } from './read.ts';
import { keyOf, type Wanted } from './wanted.ts';

/** What a client was last told of a partition; -1 makes sure that it is told again. */
type Told = { readonly highWatermark: bigint; readonly logStartOffset: bigint };
type Entry = { readonly wanted: Wanted; readonly told: Told };

const NOTHING: Told = { highWatermark: -1n, logStartOffset: -1n };
const LAST_EPOCH = 2 ** 31 - 1;

/**
 * What a client keeps asking for, so that it need not say it each time and hears only of what changed (KIP-227).
 *
 * A request adds or replaces the partitions it names and takes out those it forgets. An answer leaves out partitions that
 * have neither records nor news.
 */
export class FetchSession {
  readonly id: number;
  readonly usesIds: boolean;
  /** Which epoch the next request must name. */
  epoch = 1;
  lastUsed: number;
  readonly #entries = new Map<string, Entry>();

  constructor(id: number, { usesIds, now }: { readonly usesIds: boolean; readonly now: number }) {
    this.id = id;
    this.usesIds = usesIds;
    this.lastUsed = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  wanted(): Wanted[] {
    return [...this.#entries.values()].map(({ wanted }) => wanted);
  }

  update(wanted: readonly Wanted[], forgotten: readonly string[]): void {
    for (const key of forgotten) this.#entries.delete(key);
    for (const one of wanted) {
      const key = keyOf(one);
      this.#entries.set(key, { wanted: one, told: this.#entries.get(key)?.told ?? NOTHING });
    }
  }

  advance(): void {
    this.epoch = this.epoch === LAST_EPOCH ? 1 : this.epoch + 1;
  }

  /** Keeps what the client now hears, and gives the readings it does not know yet. */
  news(readings: readonly Reading[]): Reading[] {
    return readings.filter((reading) => this.#tell(reading));
  }

  #tell({ wanted, answer }: Reading): boolean {
    const key = keyOf(wanted);
    const entry = this.#entries.get(key);
    // Another request of the same session, sent before this one was answered, has forgotten it.
    if (!entry) return true;
    const { highWatermark, logStartOffset = -1n, errorCode, records, preferredReadReplica = -1 } = answer;
    const isError = errorCode !== 0;
    const hasRecords = (records?.byteLength ?? 0) > 0;
    const { told } = entry;
    const isNews = highWatermark !== told.highWatermark || logStartOffset !== told.logStartOffset;
    // Who got records goes to the end, so that a small answer serves the others next time.
    if (hasRecords) this.#entries.delete(key);
    this.#entries.set(key, { wanted: entry.wanted, told: isError ? NOTHING : { highWatermark, logStartOffset } });
    return isError || hasRecords || isNews || preferredReadReplica >= 0;
  }
}
