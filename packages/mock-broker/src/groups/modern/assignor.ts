import type { Assignment } from './assignment.ts';
import { rangeAssignor } from './range-assignor.ts';
import { uniformAssignor } from './uniform-assignor.ts';

/** A member as an assignor sees it; `topicIds` are those of its topics that exist. */
export type AssignorMember = {
  readonly id: string;
  readonly instanceId: string | null;
  readonly topicIds: readonly string[];
  readonly target: Assignment;
};

/** What an assignor decides upon. */
export type AssignorInput = {
  readonly members: readonly AssignorMember[];
  partitionsOf(topicId: string): number;
};

/** Gives every partition somebody subscribes to, to one of its subscribers. */
export type Assignor = (input: AssignorInput) => Map<string, Assignment>;

/** The server-side assignors of Kafka, by the names clients ask for. */
export const assignors: Readonly<Record<string, Assignor>> = { uniform: uniformAssignor, range: rangeAssignor };
