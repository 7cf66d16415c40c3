import type { ErrorName } from '@eventstream/kafka-protocol';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { FetchSession } from './session.ts';

/** How a request stands to sessions: its node, the session it names, and whether it names topics by id. */
export type SessionClaim = {
  readonly nodeId: number;
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly usesIds: boolean;
};

/** `max.incremental.fetch.session.cache.slots` of real brokers. */
const SLOTS = 1000;
const UNUSED_MS = 120_000;

/** Fetch sessions of every node: a bounded number each, for clients are free to come without. */
export class FetchSessions {
  readonly #byNode = new Map<number, Map<number, FetchSession>>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A new session; `undefined` when the node has no room for one, which the client takes for "no sessions". */
  create({ nodeId, usesIds }: SessionClaim): FetchSession | undefined {
    const sessions = this.#of(nodeId);
    const now = this.#clock.now();
    const [oldest] = sessions.values();
    if (sessions.size >= SLOTS && oldest) {
      if (now - oldest.lastUsed <= UNUSED_MS) return undefined;
      sessions.delete(oldest.id);
    }
    let id = 0;
    while (id === 0 || sessions.has(id)) id = this.#random.next() & 0x7fff_ffff;
    const session = new FetchSession(id, { usesIds, now });
    sessions.set(id, session);
    return session;
  }

  find(nodeId: number, sessionId: number): FetchSession | undefined {
    return this.#of(nodeId).get(sessionId);
  }

  /** The session a request goes on with, or why it cannot: then the client starts over. */
  resume({ nodeId, sessionId, sessionEpoch, usesIds }: SessionClaim): FetchSession | ErrorName {
    const sessions = this.#of(nodeId);
    const session = this.find(nodeId, sessionId);
    if (!session) return 'FETCH_SESSION_ID_NOT_FOUND';
    if (session.epoch !== sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
    if (session.usesIds !== usesIds) return 'FETCH_SESSION_TOPIC_ID_ERROR';
    session.advance();
    session.lastUsed = this.#clock.now();
    // Least recently used first: the map keeps the order.
    sessions.delete(sessionId);
    sessions.set(sessionId, session);
    return session;
  }

  end(nodeId: number, sessionId: number): void {
    this.#of(nodeId).delete(sessionId);
  }

  /** A node that goes down forgets its sessions. */
  forgetNode(nodeId: number): void {
    this.#byNode.delete(nodeId);
  }

  #of(nodeId: number): Map<number, FetchSession> {
    const sessions = this.#byNode.get(nodeId) ?? new Map<number, FetchSession>();
    this.#byNode.set(nodeId, sessions);
    return sessions;
  }
}
