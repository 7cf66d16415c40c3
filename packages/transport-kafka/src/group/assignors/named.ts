import type { Assignor } from './assignor.ts';
import { cooperativeSticky } from './cooperative-sticky.ts';
import { range } from './range.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';

/** The assignors there are, by the names members of all clients know them by. */
export const namedAssignors = {
  range,
  roundrobin: roundRobin,
  sticky,
  'cooperative-sticky': cooperativeSticky,
} as const satisfies Record<string, Assignor>;

/** The name of an assignor. */
export type AssignorName = keyof typeof namedAssignors;
