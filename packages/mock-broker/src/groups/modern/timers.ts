import type { Clock, Timer } from '../../time/clock.ts';

/** What a member is waited for: a sign of life, a revocation, and, of classic members, JoinGroup and SyncGroup. */
export type TimerKind = 'session' | 'rebalance' | 'join' | 'sync';

/** The timers of a group's members. */
export class MemberTimers {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Map<TimerKind, Timer>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(memberId: string, kind: TimerKind, { afterMs, run }: { afterMs: number; run: () => void }): void {
    const own = this.#timers.get(memberId) ?? new Map<TimerKind, Timer>();
    own.get(kind)?.cancel();
    own.set(kind, this.#clock.schedule(afterMs, run));
    this.#timers.set(memberId, own);
  }

  has(memberId: string, kind: TimerKind): boolean {
    return this.#timers.get(memberId)?.has(kind) ?? false;
  }

  cancel(memberId: string, kind: TimerKind): void {
    this.#timers.get(memberId)?.get(kind)?.cancel();
    this.#timers.get(memberId)?.delete(kind);
  }

  forget(memberId: string): void {
    for (const timer of this.#timers.get(memberId)?.values() ?? []) timer.cancel();
    this.#timers.delete(memberId);
  }

  forgetAll(): void {
    for (const memberId of [...this.#timers.keys()]) this.forget(memberId);
  }
}
