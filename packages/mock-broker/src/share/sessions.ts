import type { ErrorName } from '@eventstream/kafka-protocol';

/** A partition a member looks at. */
export type SharedName = { readonly topicId: string; readonly index: number };

/** What a member looks at on one node, named once (KIP-932). */
export type ShareSession = { epoch: number; readonly partitions: Map<string, SharedName> };

/** Who speaks, and the how manieth request of its session that is: 0 opens one, -1 ends it. */
export type SessionClaim = { readonly groupId: string; readonly memberId: string; readonly epoch: number };

export const finalEpoch = -1;

/** Share sessions of one cluster, by node, group and member. */
export class ShareSessions {
  readonly #sessions = new Map<string, ShareSession>();

  open(nodeId: number, claim: SessionClaim): ShareSession {
    const session = { epoch: 1, partitions: new Map() };
    this.#sessions.set(keyOf(nodeId, claim), session);
    return session;
  }

  /** The session that goes on; each request comes with the epoch that follows. */
  resume(nodeId: number, claim: SessionClaim): ShareSession | ErrorName {
    const session = this.#sessions.get(keyOf(nodeId, claim));
    if (!session) return 'SHARE_SESSION_NOT_FOUND';
    if (claim.epoch === finalEpoch) return session;
    if (claim.epoch !== session.epoch) return 'INVALID_SHARE_SESSION_EPOCH';
    session.epoch = session.epoch === 0x7fff_ffff ? 1 : session.epoch + 1;
    return session;
  }

  find(nodeId: number, claim: Omit<SessionClaim, 'epoch'>): ShareSession | undefined {
    return this.#sessions.get(keyOf(nodeId, claim));
  }

  /** Ends all of them, without a word about what they had: the cluster was put back. */
  forgetAll(): void {
    this.#sessions.clear();
  }

  end(nodeId: number, claim: Omit<SessionClaim, 'epoch'>): void {
    this.#sessions.delete(keyOf(nodeId, claim));
  }
}

function keyOf(nodeId: number, { groupId, memberId }: Omit<SessionClaim, 'epoch'>): string {
  return `${nodeId}/${memberId}/${groupId}`;
}
