import type { GroupSettings } from '../groups/settings.ts';
import { earliestAtOrAfter } from '../log/time-search.ts';
import type { Clock } from '../time/clock.ts';
import type { Catalog } from '../topics/catalog.ts';
import type { Partition } from '../topics/partition.ts';
import { type SavedShare, SharePartition, type ShareRules } from './partition.ts';
import type { SharedName } from './sessions.ts';

/** What {@link Shares} needs. */
export type SharesOptions = { readonly catalog: Catalog; readonly clock: Clock; readonly settings: GroupSettings };

/** How far share groups are at one moment: by group, then by topic id and partition. */
export type SavedShares = ReadonlyMap<string, ReadonlyMap<string, SavedShare>>;

/** How far every share group is, by group and partition. It outlives members and sessions. */
export class Shares {
  readonly #groups = new Map<string, Map<string, SharePartition>>();
  readonly #options: SharesOptions;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  /** How far the group is; whoever looks first lets it begin where `share.auto.offset.reset` says. */
  open(groupId: string, name: SharedName, partition: Partition): SharePartition {
    const known = this.find(groupId, name);
    if (known) return known;
    return this.#put(
      groupId,
      name,
      new SharePartition(partition, this.#options.clock, this.#begin(groupId, partition)),
    );
  }

  find(groupId: string, { topicId, index }: SharedName): SharePartition | undefined {
    return this.#groups.get(groupId)?.get(`${topicId}:${index}`);
  }

  /** Lets the group begin elsewhere. */
  reset(
    groupId: string,
    name: SharedName,
    { partition, startOffset }: { partition: Partition; startOffset: number },
  ): void {
    this.find(groupId, name)?.stop();
    this.#put(groupId, name, new SharePartition(partition, this.#options.clock, startOffset));
  }

  /** Every place where a group is somewhere. */
  *places(): Iterable<{ readonly groupId: string; readonly key: string; readonly share: SharePartition }> {
    for (const [groupId, own] of this.#groups) for (const [key, share] of own) yield { groupId, key, share };
  }

  /** Topics the group is somewhere with. */
  topicIds(groupId: string): string[] {
    const keys = [...(this.#groups.get(groupId)?.keys() ?? [])];
    return [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf(':'))))];
  }

  /** How far the group is, partition by partition. */
  of(groupId: string): { readonly name: SharedName; readonly share: SharePartition }[] {
    return [...(this.#groups.get(groupId) ?? [])].map(([key, share]) => {
      const [topicId = '', index] = key.split(':');
      return { name: { topicId, index: Number(index) }, share };
    });
  }

  forgetTopic(groupId: string, topicId: string): void {
    const own = this.#groups.get(groupId);
    for (const [key, share] of own ?? []) {
      if (!key.startsWith(`${topicId}:`)) continue;
      share.stop();
      own?.delete(key);
    }
  }

  forget(groupId: string): void {
    for (const share of this.#groups.get(groupId)?.values() ?? []) share.stop();
    this.#groups.delete(groupId);
  }

  save(): SavedShares {
    const saved = (own: ReadonlyMap<string, SharePartition>) =>
      new Map([...own].map(([key, share]) => [key, share.save()]));
    return new Map([...this.#groups].map(([groupId, own]) => [groupId, saved(own)]));
  }

  /** Puts what was saved in the place of all there is. What members had locked is free: they are gone. */
  load(saved: SavedShares): void {
    for (const groupId of [...this.#groups.keys()]) this.forget(groupId);
    for (const [groupId, own] of saved) {
      for (const [key, share] of own) {
        const [topicId = '', index] = key.split(':');
        const partition = this.#options.catalog.byId(topicId)?.partition(Number(index));
        if (!partition) continue;
        const fresh = new SharePartition(partition, this.#options.clock, share.start);
        fresh.load(share);
        this.#put(groupId, { topicId, index: Number(index) }, fresh);
      }
    }
  }

  rulesOf(groupId: string): ShareRules {
    const configs = this.#options.settings.configsOf(groupId);
    return {
      lockMs: configs.number('share.record.lock.duration.ms'),
      deliveryLimit: configs.number('share.delivery.count.limit'),
      maxLocks: configs.number('share.partition.max.record.locks'),
      committedOnly: configs.get('share.isolation.level') === 'read_committed',
    };
  }

  #put(groupId: string, { topicId, index }: SharedName, share: SharePartition): SharePartition {
    const own = this.#groups.get(groupId) ?? new Map<string, SharePartition>();
    own.set(`${topicId}:${index}`, share);
    this.#groups.set(groupId, own);
    return share;
  }

  #begin(groupId: string, { log }: Partition): number {
    const { clock, settings } = this.#options;
    const reset = settings.configsOf(groupId).get('share.auto.offset.reset');
    const { logStart, high } = log.watermarks;
    if (reset === 'earliest') return Number(logStart);
    const backMs = durationMs(reset);
    if (backMs === undefined) return Number(high);
    return Number(earliestAtOrAfter(log, BigInt(clock.now() - backMs))?.offset ?? high);
  }
}

/** The time of `by_duration:P1DT2H3M4S`, in ms. */
function durationMs(reset: string): number | undefined {
  const match = /^by_duration:P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(reset);
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
