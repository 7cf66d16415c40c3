import type { PlacedOffset, SavedOffsets } from '../groups/offsets.ts';
import type { SavedGroups, SavedHead } from '../groups/saved-groups.ts';
import type { SavedShare } from '../share/partition.ts';
import type { Change } from './change.ts';

type GroupChange = Extract<Change, { readonly kind: 'group' }>;
type Known = {
  head: SavedHead;
  readonly committed: Map<string, PlacedOffset>;
  rest: Pick<SavedOffsets, 'pending' | 'order'>;
};

/** Groups as they come out of changes. */
export class ReplicaGroups {
  readonly #groups = new Map<string, Known>();
  readonly #shares = new Map<string, Map<string, SavedShare>>();

  put({ kind: _, committed, removed, pending, order, ...head }: GroupChange): void {
    const known = this.#groups.get(head.id) ?? { head, committed: new Map(), rest: { pending, order } };
    known.head = head;
    known.rest = { pending, order };
    for (const [topic, partition] of removed) known.committed.delete(keyOf(topic, partition));
    for (const placed of committed) known.committed.set(keyOf(placed.entry.topic, placed.entry.partition), placed);
    this.#groups.set(head.id, known);
  }

  delete(id: string): void {
    this.#groups.delete(id);
  }

  putShare(groupId: string, key: string, share: SavedShare): void {
    const own = this.#shares.get(groupId) ?? new Map<string, SavedShare>();
    this.#shares.set(groupId, own.set(key, share));
  }

  deleteShare(groupId: string, key: string): void {
    this.#shares.get(groupId)?.delete(key);
    if (this.#shares.get(groupId)?.size === 0) this.#shares.delete(groupId);
  }

  save(): SavedGroups {
    const groups = [...this.#groups.values()].map(({ head, committed, rest }) => ({
      ...head,
      // JSON leaves out what is undefined, and a group has it.
      epochs: head.epochs,
      generation: head.generation,
      offsets: { committed: [...committed.values()], ...rest },
    }));
    return { groups, shares: this.#shares };
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}:${partition}`;
}
