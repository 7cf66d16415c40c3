import { ShareGroup } from '../share/group.ts';
import { ClassicGroup } from './classic/group.ts';
import { ConsumerGroup } from './modern/group.ts';
import { OffsetStore } from './offsets.ts';

/** What a group can be. A name has one kind at a time; what it has committed outlives a change of kind. */
export type GroupKind = ClassicGroup | ConsumerGroup | ShareGroup;

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

  /** The group, if it is a share group (KIP-932). */
  get share(): ShareGroup | undefined {
    return this.#kind instanceof ShareGroup ? this.#kind : undefined;
  }

  /** The kind as ListGroups names it. */
  get type(): 'classic' | 'consumer' | 'share' {
    if (this.#kind instanceof ClassicGroup) return 'classic';
    return this.#kind instanceof ConsumerGroup ? 'consumer' : 'share';
  }

  become(kind: GroupKind): void {
    this.#kind = kind;
  }
}
