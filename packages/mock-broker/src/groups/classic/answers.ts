import type { ErrorName } from '@eventstream/kafka-protocol';

/** One way of assigning a member offers, with its opaque subscription. */
export type MemberProtocol = { readonly name: string; readonly metadata: Uint8Array };

/** What JoinGroup answers with, in every version's fields. */
export type JoinAnswer = {
  readonly error: ErrorName;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  readonly members: readonly { memberId: string; groupInstanceId: string | null; metadata: Uint8Array }[];
};

/** What SyncGroup answers with. */
export type SyncAnswer = {
  readonly error: ErrorName;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Uint8Array;
};

/** A refused JoinGroup. */
export function joinRefused(error: ErrorName, memberId: string): JoinAnswer {
  return {
    error,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

/** A refused SyncGroup. */
export function syncRefused(error: ErrorName): SyncAnswer {
  return { error, protocolType: null, protocolName: null, assignment: new Uint8Array() };
}
