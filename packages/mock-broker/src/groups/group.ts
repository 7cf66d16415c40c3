import { ClassicGroup } from './classic/group.ts';
import { ConsumerGroup } from './modern/group.ts';
import { OffsetStore } from './offsets.ts';

/** What a group can be. A name has one kind at a time; what it has committed outlives a change of kind. */
export type GroupKind = ClassicGroup | ConsumerGroup;

/** A group and what it has committed. */
export class Group {
  readonly id: string;
  readonly offsets = new OffsetStore();
  #kind: GroupKind;

  constructor(id: string, kind: GroupKind) {
    this.id = id;
    this.#kind = kind;
  }

  get kind(): GroupKind {
    return this.#kind;
  }

  /** The group, if it is one of the classic protocol. */
  get classic(): ClassicGroup | undefined {
    return this.#kind instanceof ClassicGroup ? this.#kind : undefined;
  }

  /** The group, if it is one of the consumer protocol (KIP-848). */
  get consumer(): ConsumerGroup | undefined {
    return this.#kind instanceof ConsumerGroup ? this.#kind : undefined;
  }

  /** The kind as ListGroups names it. */
  get type(): 'classic' | 'consumer' {
    return this.#kind instanceof ClassicGroup ? 'classic' : 'consumer';
  }

  become(kind: GroupKind): void {
    this.#kind = kind;
  }
}
