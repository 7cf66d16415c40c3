import type { TopicPartition } from '@eventstream/core';
import type { Attributes } from '@opentelemetry/api';
import { PartitionMap } from './partition-map.ts';
import { keys, type OperationName, operationTypes, system } from './semconv.ts';

/** Attribute sets of one operation, at most. With four operations that is 2,000 a process, whatever topics it meets. */
const limit = 500;

type Sets = Map<string | undefined, Attributes>;

/** A negative partition is one that is not known, or not one. */
function namesOf({ topic, partition }: TopicPartition, group: string | undefined): Attributes {
  const names: Attributes = { [keys.destination]: topic };
  if (partition >= 0) names[keys.partition] = String(partition);
  if (group !== undefined) names[keys.group] = group;
  return names;
}

/** Attributes of one operation on one partition: frozen, made once, with one variant for each `error.type` that was met. */
export class Series {
  readonly #plain: Sets = new Map();
  readonly #typed: Sets = new Map();
  readonly #base: Attributes;
  readonly #book: SeriesBook;

  constructor(base: Attributes, book: SeriesBook) {
    this.#base = base;
    this.#book = book;
  }

  /** For every metric but `messaging.client.operation.duration`. */
  attributes(errorType?: string): Attributes {
    return (
      this.#plain.get(errorType) ?? this.#make(this.#plain, errorType) ?? this.#book.overflow.attributes(errorType)
    );
  }

  /** For `messaging.client.operation.duration`, which alone also takes the operation's type. */
  withType(errorType?: string): Attributes {
    return this.#typed.get(errorType) ?? this.#make(this.#typed, errorType) ?? this.#book.overflow.withType(errorType);
  }

  #make(sets: Sets, errorType: string | undefined): Attributes | undefined {
    if (!this.#book.spend(this)) return undefined;
    const made = { ...this.#base };
    if (sets === this.#typed) made[keys.operationType] = operationTypes[this.#book.operation];
    if (errorType !== undefined) made[keys.errorType] = errorType;
    sets.set(errorType, Object.freeze(made));
    return made;
  }
}

/** All series of one operation. What is new beyond the limit falls into one series without topic, partition and group. */
export class SeriesBook {
  readonly operation: OperationName;
  readonly overflow: Series;
  readonly #groups = new Map<string | undefined, PartitionMap<Series>>();
  #spent = 0;

  constructor(operation: OperationName) {
    this.operation = operation;
    this.overflow = this.#series({});
  }

  of(where: TopicPartition, group?: string): Series {
    const found = this.#groups.get(group)?.get(where);
    if (found !== undefined) return found;
    return this.#spent < limit ? this.#add(where, group) : this.overflow;
  }

  /** Counts one more attribute set; false when the limit is reached. The overflow's own few are bounded by the error types. */
  spend(series: Series): boolean {
    if (series === this.overflow) return true;
    this.#spent += 1;
    return this.#spent <= limit;
  }

  #add(where: TopicPartition, group: string | undefined): Series {
    const partitions = this.#groups.get(group) ?? new PartitionMap<Series>();
    this.#groups.set(group, partitions);
    const made = this.#series(namesOf(where, group));
    partitions.set(where, made);
    return made;
  }

  #series(where: Attributes): Series {
    return new Series({ [keys.system]: system, [keys.operationName]: this.operation, ...where }, this);
  }
}
