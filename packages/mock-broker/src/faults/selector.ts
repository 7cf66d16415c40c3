import type { ErrorName } from '@eventstream/kafka-protocol';
import { type Duration, toMs } from '../time/duration.ts';
import { type FaultEffect, type FaultReply, type FaultStage, stallFor } from './effect.ts';
import type { Gate } from './gate.ts';
import type { FaultRule } from './rule.ts';
import type { FaultRuleData } from './rule-data.ts';

type Draft = Omit<FaultRuleData, 'effect' | 'times'>;

/** A fault being described: narrow it down, then say what it does. Every step gives a new value. */
export class FaultSelector {
  readonly #place: (data: FaultRuleData) => FaultRule;
  readonly #draft: Draft;

  constructor(place: (data: FaultRuleData) => FaultRule, draft: Draft) {
    this.#place = place;
    this.#draft = draft;
  }

  /** Only requests that speak of this topic. What fails is what they say of it; the rest of the request is served. */
  topic(name: string, partition?: number): FaultSelector {
    return this.#narrow(partition === undefined ? { topic: name } : { topic: name, partition });
  }

  /** Only requests that speak of this partition of the topic named before; only that partition fails. */
  partition(index: number): FaultSelector {
    return this.#narrow({ partition: index });
  }

  /** Only requests about this group. */
  group(id: string): FaultSelector {
    return this.#narrow({ group: id });
  }

  /** Only requests about this transactional id. */
  transactionalId(id: string): FaultSelector {
    return this.#narrow({ transactionalId: id });
  }

  /** Only requests that reach this node. */
  node(id: number): FaultSelector {
    return this.#narrow({ node: id });
  }

  /** Only requests of this client id. */
  client(id: string): FaultSelector {
    return this.#narrow({ client: id });
  }

  /** Only requests in this version, or from this to that one. */
  version(lowest: number, highest: number = lowest): FaultSelector {
    return this.#narrow({ version: lowest === highest ? lowest : [lowest, highest] });
  }

  /** Not before the `n`-th matching request, counted from 1. */
  nth(n: number): FaultSelector {
    return this.#narrow({ nth: n });
  }

  /** Strikes a match only with this chance, above 0 and up to 1. Equal seeds of the cluster draw alike. */
  chance(chance: number): FaultSelector {
    return this.#narrow({ chance });
  }

  /** Strikes at another stage than the effect's first. @throws MockBrokerError `INVALID_FAULT`, once the effect is given */
  at(stage: FaultStage): FaultSelector {
    return this.#narrow({ at: stage });
  }

  /** Refuses the request, or the part of it that was selected, with this error wherever its API has a place for one. */
  fail(error: ErrorName): FaultRule {
    return this.#put({ kind: 'fail', error });
  }

  /** Serves the request this much later (on the broker's clock); later requests of the connection wait behind it. */
  delay(duration: Duration): FaultRule {
    return this.#put({ kind: 'delay', ms: toMs(duration) });
  }

  /** Cuts the connection before the request is looked at. */
  disconnect(): FaultRule {
    return this.#put({ kind: 'disconnect' });
  }

  /** Never answers and applies nothing. The connection stays; what is behind the request on it waits. */
  silence(): FaultRule {
    return this.#put({ kind: 'silence' });
  }

  /** Holds the request until the gate opens. */
  hold(gate: Gate | string): FaultRule {
    return this.#put({ kind: 'hold', gate: typeof gate === 'string' ? gate : gate.name });
  }

  /**
   * Applies the request, then loses or falsifies the answer.
   *
   * `'disconnect'` is the case every exactly-once test needs: done, but never acknowledged; `'silence'` is the same with
   * a connection that stays. An error name answers with that error although the work is done.
   */
  applyThen(outcome: 'disconnect' | 'silence' | ErrorName): FaultRule {
    return this.#put({ kind: 'apply-then', outcome });
  }

  /**
   * Applies the request and answers something else: fields laid over the decoded answer, or what a function makes of it.
   *
   * Fields are called as in Kafka's message definitions; int64 fields are bigints.
   */
  reply(reply: FaultReply): FaultRule {
    return this.#put({ kind: 'reply', with: reply });
  }

  /** Turns over one byte of the answer, or with `at('frame')` of the request: from the start of its body, or back from the end. */
  corrupt(byte = -1): FaultRule {
    return this.#put({ kind: 'corrupt', byte });
  }

  /** Breaks the checksum of the record batches in the answer, or with `at('request')` of those to be stored. */
  corruptRecords(): FaultRule {
    return this.#put({ kind: 'corrupt-records' });
  }

  /** Sends so many bytes of the answer, then closes the connection. */
  cut(afterBytes: number): FaultRule {
    return this.#put({ kind: 'cut', afterBytes });
  }

  /** Sends so many bytes of the answer, and the others after `duration`, or never. */
  stall(afterBytes: number, duration?: Duration): FaultRule {
    return this.#put(stallFor(afterBytes, duration));
  }

  #narrow(more: Partial<Draft>): FaultSelector {
    return new FaultSelector(this.#place, { ...this.#draft, ...more });
  }

  #put(effect: FaultEffect): FaultRule {
    return this.#place({ ...this.#draft, effect });
  }
}
