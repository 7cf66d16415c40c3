import type { BrokerEvents, Observer } from '../observers.ts';

type Name = keyof BrokerEvents;

/** What tells of events: a broker, or its observers. */
export type TraceSource = { on<Of extends Name>(name: Of, observer: Observer<Of>): () => void };

const words: { readonly [Of in Name]?: (event: BrokerEvents[Of]) => string } = {
  request: ({ api, version, clientId, nodeId, outcome }) => `${clientId} → ${nodeId} ${api} v${version}: ${outcome}`,
  fault: ({ rule }) => `fault: ${rule}`,
  append: ({ topic, partition, baseOffset, records, isControl }) =>
    `${topic}-${partition} @${baseOffset} ${isControl ? 'marker' : `+${records}`}`,
  commit: ({ groupId, topic, partition, offset }) => `commit ${groupId} ${topic}-${partition} @${offset}`,
  group: ({ groupId, state, generationId, members }) =>
    `group ${groupId} ${state}, generation ${generationId}, members ${members}`,
  transaction: ({ transactionalId, state, producerEpoch }) =>
    `transaction ${transactionalId} ${state}, epoch ${producerEpoch}`,
  leader: ({ topic, partition, leader, leaderEpoch }) =>
    `leader of ${topic}-${partition} is ${leader}, epoch ${leaderEpoch}`,
};

/** Writes down what happens in a broker, line by line, with the time since the beginning. */
export class Trace {
  readonly lines: string[] = [];
  readonly #since: () => number;
  readonly #limit: number;

  /** Keeps the last `limit` lines, or all. */
  constructor(since: () => number, limit: number = Number.POSITIVE_INFINITY) {
    this.#since = since;
    this.#limit = limit;
  }

  note(line: string): void {
    this.lines.push(`+${this.#since()}ms ${line}`);
    if (this.lines.length > this.#limit) this.lines.shift();
  }

  clear(): void {
    this.lines.length = 0;
  }

  follow(source: TraceSource): void {
    for (const name of Object.keys(words) as Name[]) {
      const say = words[name] as (event: BrokerEvents[Name]) => string;
      source.on(name, (event) => this.note(say(event)));
    }
  }
}
