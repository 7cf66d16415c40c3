import type { Group } from '../groups/group.ts';
import type { PlacedOffset } from '../groups/offsets.ts';
import { type SavedHead, saveHead } from '../groups/saved-groups.ts';
import type { Entry } from './frame.ts';

type Mark = { head: SavedHead; revision: number; committed: ReadonlySet<PlacedOffset> };

/** What has changed of groups since they were last asked about. Of its offsets, those that were committed anew. */
export class GroupChanges {
  readonly #marks = new Map<Group, Mark>();

  collect(groups: readonly Group[], entries: Entry[]): void {
    if (this.#marks.size > 0) this.#collectGone(new Set(groups), entries);
    for (const group of groups) {
      const known = this.#marks.get(group);
      const head = saveHead(group);
      const { revision } = group.offsets;
      if (known && known.revision === revision && isSame(known.head, head)) continue;
      const { committed, pending, order } = group.offsets.save();
      const before = known?.committed;
      const fresh = before ? committed.filter((placed) => !before.has(placed)) : committed;
      const removed = [...(before ?? [])]
        .map(({ entry: { topic, partition } }) => [topic, partition] as const)
        .filter(([topic, partition]) => !group.offsets.get(topic, partition));
      this.#marks.set(group, { head, revision, committed: new Set(committed) });
      entries.push({ change: { kind: 'group', ...head, committed: fresh, removed, pending, order } });
    }
  }

  #collectGone(present: ReadonlySet<Group>, entries: Entry[]): void {
    for (const group of [...this.#marks.keys()]) {
      if (present.has(group)) continue;
      this.#marks.delete(group);
      entries.push({ change: { kind: 'groupGone', id: group.id } });
    }
  }
}

function isSame(one: SavedHead, other: SavedHead): boolean {
  return (
    one.type === other.type &&
    one.epochs?.groupEpoch === other.epochs?.groupEpoch &&
    one.epochs?.assignmentEpoch === other.epochs?.assignmentEpoch &&
    one.generation?.generationId === other.generation?.generationId &&
    one.generation?.protocolType === other.generation?.protocolType &&
    one.generation?.stateSince === other.generation?.stateSince
  );
}
