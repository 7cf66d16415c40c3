import type { Timer } from '../../time/clock.ts';
import type { JoinAnswer, MemberProtocol, SyncAnswer } from './answers.ts';

/** What a member tells about itself when it joins. */
export type MemberFacts = {
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly MemberProtocol[];
};

/** One member of a classic group, with the answers it waits for. */
export class Member {
  readonly id: string;
  facts: MemberFacts;
  assignment: Uint8Array = new Uint8Array();
  #join: ((answer: JoinAnswer) => void) | undefined;
  #sync: ((answer: SyncAnswer) => void) | undefined;
  #session: Timer | undefined;

  constructor(id: string, facts: MemberFacts) {
    this.id = id;
    this.facts = facts;
  }

  get isStatic(): boolean {
    return this.facts.groupInstanceId !== null;
  }

  get awaitsJoin(): boolean {
    return this.#join !== undefined;
  }

  get awaitsSync(): boolean {
    return this.#sync !== undefined;
  }

  /** Parks a JoinGroup; one parked earlier (its connection is gone) is let go. */
  parkJoin(superseded: JoinAnswer): Promise<JoinAnswer> {
    this.answerJoin(superseded);
    this.keepAlive(undefined);
    return new Promise((resolve) => {
      this.#join = resolve;
    });
  }

  answerJoin(answer: JoinAnswer): void {
    this.#join?.(answer);
    this.#join = undefined;
  }

  parkSync(superseded: SyncAnswer): Promise<SyncAnswer> {
    this.answerSync(superseded);
    this.keepAlive(undefined);
    return new Promise((resolve) => {
      this.#sync = resolve;
    });
  }

  answerSync(answer: SyncAnswer): void {
    this.#sync?.(answer);
    this.#sync = undefined;
  }

  /** Replaces the session timer; `undefined` while the broker owes the member an answer, for then silence is our fault. */
  keepAlive(timer: Timer | undefined): void {
    this.#session?.cancel();
    this.#session = timer;
  }

  metadataFor(protocol: string): Uint8Array {
    return this.facts.protocols.find(({ name }) => name === protocol)?.metadata ?? new Uint8Array();
  }

  /** True when joining again with `protocols` would change nothing for the assignment. */
  speaksExactly(protocols: readonly MemberProtocol[]): boolean {
    const own = this.facts.protocols;
    return (
      own.length === protocols.length &&
      own.every(({ name, metadata }, index) => {
        const other = protocols[index];
        return other?.name === name && Buffer.compare(metadata, other.metadata) === 0;
      })
    );
  }
}
