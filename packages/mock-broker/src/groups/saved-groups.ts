import type { SavedShares } from '../share/shares.ts';
import type { ClassicGroup } from './classic/group.ts';
import type { Group } from './group.ts';
import type { Epochs } from './modern/group.ts';
import type { SavedOffsets } from './offsets.ts';

/** A group at one moment, as if all its members had left: those are bound to their connections. */
export type SavedGroup = {
  readonly id: string;
  readonly type: Group['type'];
  /** Of a consumer or share group. */
  readonly epochs: Epochs | undefined;
  /** Of a classic group. */
  readonly generation: Pick<ClassicGroup, 'generationId' | 'protocolType' | 'stateSince'> | undefined;
  readonly offsets: SavedOffsets;
};

/** A group at one moment but for its offsets. */
export type SavedHead = Omit<SavedGroup, 'offsets'>;

/** All groups at one moment, and how far share groups are. */
export type SavedGroups = { readonly groups: readonly SavedGroup[]; readonly shares: SavedShares };

/** What is kept of a group. */
export function saveGroup(group: Group): SavedGroup {
  return { ...saveHead(group), offsets: group.offsets.save() };
}

/** What is kept of a group besides its offsets. */
export function saveHead({ id, type, classic, consumer, share }: Group): SavedHead {
  const modern = consumer ?? share;
  return {
    id,
    type,
    epochs: modern && { groupEpoch: modern.groupEpoch, assignmentEpoch: modern.assignmentEpoch },
    generation: classic && {
      generationId: classic.generationId,
      protocolType: classic.protocolType,
      stateSince: classic.stateSince,
    },
  };
}

/** Lets a group that gives way to another go: nobody waits for an answer of it any more, and no timer runs. */
export function forgetMembers({ classic, consumer, share }: Group): void {
  for (const member of [...(classic?.members.values() ?? [])]) classic?.remove(member);
  classic?.retire();
  consumer?.timers.forgetAll();
  share?.retire();
}
