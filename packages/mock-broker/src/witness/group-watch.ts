import { errorCodes, type messages, type RequestOf, type ResponseInput } from '@eventstream/kafka-protocol';
import { placesIn } from '../groups/classic/assigned-places.ts';
import type { Report } from './finding.ts';

/** A SyncGroup request as it was served. */
export type ServedSync = {
  readonly request: RequestOf<typeof messages.syncGroup>;
  readonly response: ResponseInput<typeof messages.syncGroup>;
};

/** An OffsetCommit request as it was served; `reached` is how far its sender was given records. */
export type ServedCommit = {
  readonly clientId: string;
  readonly request: RequestOf<typeof messages.offsetCommit>;
  readonly response: ResponseInput<typeof messages.offsetCommit>;
  readonly nameOf: (topic: { readonly name: string | null; readonly topicId: string }) => string;
  readonly reached: (place: string) => bigint;
};

const replaced = new Map<number, string>([
  [errorCodes.ILLEGAL_GENERATION, 'from an old generation'],
  [errorCodes.STALE_MEMBER_EPOCH, 'in an old epoch'],
  [errorCodes.UNKNOWN_MEMBER_ID, 'after it was put out of the group'],
  [errorCodes.FENCED_INSTANCE_ID, 'after another took its instance id'],
]);

/** Notices partitions with two owners, and commits that should not be. */
export class GroupWatch {
  /** Group and partition → member. */
  readonly #owners = new Map<string, string>();
  readonly #committed = new Map<string, bigint>();

  lookAtSync({ request, response }: ServedSync): Report[] {
    const { groupId, assignments, generationId } = request;
    if (response.errorCode !== 0 || assignments.length === 0) return [];
    for (const key of this.#owners.keys()) if (key.startsWith(`${groupId} `)) this.#owners.delete(key);
    return assignments.flatMap(({ memberId, assignment }) =>
      placesIn(assignment).flatMap((place): Report[] => {
        const owner = this.#owners.get(`${groupId} ${place}`);
        this.#owners.set(`${groupId} ${place}`, memberId);
        if (owner === undefined) return [];
        const what = `generation ${generationId} of ${groupId} gives ${place} to ${owner} and to ${memberId}`;
        return [{ kind: 'two-owners', what }];
      }),
    );
  }

  lookAtCommit(served: ServedCommit): Report[] {
    const { request, response, nameOf } = served;
    return request.topics.flatMap((topic, at) =>
      topic.partitions.flatMap(({ partitionIndex, committedOffset }) => {
        const answer = response.topics[at]?.partitions.find((one) => one.partitionIndex === partitionIndex);
        const place = `${nameOf(topic)}-${partitionIndex}`;
        return answer ? this.#judge(served, { place, offset: committedOffset, errorCode: answer.errorCode }) : [];
      }),
    );
  }

  #judge({ clientId, request, reached }: ServedCommit, { place, offset, errorCode }: Commit): Report[] {
    const { groupId, memberId } = request;
    const who = `${clientId}, member ${memberId} of ${groupId},`;
    const what = `committed ${place} @${offset}`;
    const stale = replaced.get(errorCode);
    if (stale) return [{ kind: 'zombie-write', what: `${who} ${what} ${stale}` }];
    if (errorCode !== 0) return [];
    const key = `${groupId} ${place}`;
    const before = this.#committed.get(key);
    this.#committed.set(key, offset);
    // Who is no member is an operator, and may set what it likes.
    if (memberId === '') return [];
    const found: Report[] = [];
    const owner = this.#owners.get(key);
    if (owner !== undefined && owner !== memberId)
      found.push({ kind: 'two-owners', what: `${who} ${what}, which is ${owner}'s` });
    if (before !== undefined && offset < before) {
      found.push({ kind: 'offset-backwards', what: `${who} ${what}, where ${before} was committed before` });
    }
    const end = max(reached(place), before ?? 0n);
    if (offset > end)
      found.push({ kind: 'commit-beyond-fetch', what: `${who} ${what}, having been given records up to ${end}` });
    return found;
  }
}

type Commit = { readonly place: string; readonly offset: bigint; readonly errorCode: number };

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
