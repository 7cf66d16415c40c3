import type { Assignor } from './assignor.ts';
import { range } from './range.ts';

/** The assignors there are, by the names members of all clients know them by. */
export const namedAssignors = { range } as const satisfies Record<string, Assignor>;

/** The name of an assignor. */
export type AssignorName = keyof typeof namedAssignors;
