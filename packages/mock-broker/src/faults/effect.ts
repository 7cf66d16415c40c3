import type { ErrorName } from '@eventstream/kafka-protocol';
import { type Duration, toMs } from '../time/duration.ts';

/**
 * Where on the way of a request a fault strikes: on the raw bytes before anything is decoded, on the decoded request
 * before it is applied, on the answer after it was applied, or on the bytes of the answer.
 */
export type FaultStage = 'frame' | 'request' | 'answer' | 'wire';

/** What a custom answer is made of: fields laid over the decoded answer, or a function that gives the whole of it. */
export type FaultReply = Readonly<Record<string, unknown>> | ((answer: object, request: object) => object);

/** What a fault does to a request. Everything but a `reply` by function is plain JSON. */
export type FaultEffect =
  | { readonly kind: 'fail'; readonly error: ErrorName }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'disconnect' }
  /** Never answered; the connection stays, and whatever is behind the request on it waits. */
  | { readonly kind: 'silence' }
  /** Goes on when the gate of that name opens. */
  | { readonly kind: 'hold'; readonly gate: string }
  | { readonly kind: 'apply-then'; readonly outcome: 'disconnect' | 'silence' | ErrorName }
  | { readonly kind: 'reply'; readonly with: FaultReply }
  /** Turns over the bits of one byte; `byte` counts from the start of the frame's body, or back from its end when negative. */
  | { readonly kind: 'corrupt'; readonly byte: number }
  /** Breaks the checksum of every record batch in the request or the answer. */
  | { readonly kind: 'corrupt-records' }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Goes on after `ms`; without, never. */
  | { readonly kind: 'stall'; readonly afterBytes: number; readonly ms?: number };

/** At which stages each kind of effect makes sense; it strikes at the first unless told otherwise. */
export const stagesOf: Readonly<Record<FaultEffect['kind'], readonly [FaultStage, ...FaultStage[]]>> = {
  fail: ['request', 'answer'],
  delay: ['request', 'frame', 'answer'],
  disconnect: ['request', 'frame', 'answer'],
  silence: ['request', 'frame', 'answer'],
  hold: ['request', 'frame', 'answer'],
  'apply-then': ['answer'],
  reply: ['answer'],
  corrupt: ['wire', 'frame'],
  'corrupt-records': ['answer', 'request'],
  cut: ['wire'],
  stall: ['wire'],
};

/** The effect as it stands in reports: the call that makes it. */
export function describeEffect(effect: FaultEffect): string {
  switch (effect.kind) {
    case 'fail':
      return `fail('${effect.error}')`;
    case 'delay':
      return `delay(${effect.ms})`;
    case 'hold':
      return `hold('${effect.gate}')`;
    case 'apply-then':
      return `applyThen('${effect.outcome}')`;
    case 'reply':
      return `reply(${typeof effect.with === 'function' ? nameOf(effect.with) : JSON.stringify(effect.with, plain)})`;
    case 'corrupt':
      return `corrupt(${effect.byte})`;
    case 'corrupt-records':
      return 'corruptRecords()';
    case 'cut':
      return `cut(${effect.afterBytes})`;
    case 'stall':
      return `stall(${effect.afterBytes}${effect.ms === undefined ? '' : `, ${effect.ms}`})`;
    default:
      return `${effect.kind}()`;
  }
}

/** A stall for as long as `duration` says, which is for ever when it says nothing. */
export function stallFor(afterBytes: number, duration: Duration | undefined): FaultEffect {
  return duration === undefined ? { kind: 'stall', afterBytes } : { kind: 'stall', afterBytes, ms: toMs(duration) };
}

function nameOf(reply: { readonly name: string }): string {
  return reply.name === '' ? 'function' : reply.name;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
