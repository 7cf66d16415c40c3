import type { ErrorName } from '@eventstream/kafka-protocol';
import type { Claim } from '../classic/presence.ts';
import type { PartitionKey } from './assignment.ts';
import type { ConsumerGroup } from './group.ts';
import type { ConsumerMember } from './member.ts';

/** How a commit comes: before v9, OffsetCommit cannot carry what members of this protocol are told. */
export type CommitManner = { readonly isTransactional: boolean; readonly version: number };

const EPOCHS_SINCE = 9;

/** Whether the claimant may commit to the partitions: while somebody is in the group, members and transactions of nobody. */
export function judgeCommit(
  group: ConsumerGroup,
  claim: Claim,
  { isTransactional, version, partitions }: CommitManner & { readonly partitions: readonly PartitionKey[] },
): ErrorName {
  if (claim.generationId < 0 && group.members.size === 0) return 'NONE';
  if (isTransactional && namesNobody(claim)) return 'NONE';
  const member = group.members.get(claim.memberId);
  if (!member) return 'UNKNOWN_MEMBER_ID';
  if (!isTransactional && !member.classic && version < EPOCHS_SINCE) return 'UNSUPPORTED_VERSION';
  if (claim.generationId === member.epoch) return 'NONE';
  if (member.classic) return 'ILLEGAL_GENERATION';
  const isStale = claim.generationId > member.epoch || !partitions.every((key) => hadAlready(member, key, claim));
  if (!isStale) return 'NONE';
  return isTransactional ? 'ILLEGAL_GENERATION' : 'STALE_MEMBER_EPOCH';
}

/** Whether the claimant may read what is committed. */
export function judgeFetch(group: ConsumerGroup, memberId: string | null, epoch: number): ErrorName {
  if (memberId === null && epoch < 0) return 'NONE';
  const member = group.members.get(memberId ?? '');
  if (!member) return 'UNKNOWN_MEMBER_ID';
  if (member.epoch === epoch) return 'NONE';
  return member.classic ? 'ILLEGAL_GENERATION' : 'STALE_MEMBER_EPOCH';
}

/** A producer that knows the group alone, as all did before KIP-447: its transactional id is what fences it. */
function namesNobody({ memberId, generationId, groupInstanceId }: Claim): boolean {
  return memberId === '' && generationId === -1 && groupInstanceId === null;
}

/** An older epoch is good enough for what the member got in it or before, and still has (KIP-1251). */
function hadAlready({ assigned, pendingRevocation }: ConsumerMember, key: PartitionKey, claim: Claim): boolean {
  const since = assigned.get(key) ?? pendingRevocation.get(key);
  return since !== undefined && claim.generationId >= since;
}
