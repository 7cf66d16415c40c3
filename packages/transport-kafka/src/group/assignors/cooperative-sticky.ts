import type { AssignableMember, Assignor, Previous } from './assignor.ts';
import { balance } from './balance.ts';
import { rightfulOwners } from './claims.ts';
import { keyOf } from './order.ts';
import { decodeGeneration, encodeGeneration } from './sticky-data.ts';

/**
 * As `sticky`, but members keep what they have while they rebalance (KIP-429): what is to move is given to nobody at first. Its
 * owner gives it up and joins again, and only then it goes to the other.
 */
export const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  cooperative: true,
  userData: encodeGeneration,
  assign(task) {
    const rightful = rightfulOwners(task, owns);
    const assigned = balance(task, rightful);
    // Whoever says that it has a partition reads it until it hears otherwise, rightfully or not.
    const readers = new Map<string, string[]>();
    for (const { id, owned } of task.members) {
      for (const key of owned.partitions.map(keyOf)) readers.set(key, [...(readers.get(key) ?? []), id]);
    }
    for (const [id, partitions] of assigned) {
      const isFree = (key: string) =>
        rightful.get(key)?.id === id || (readers.get(key) ?? []).every((one) => one === id);
      assigned.set(
        id,
        partitions.filter((one) => isFree(keyOf(one))),
      );
    }
    return assigned;
  },
};

function owns({ owned, userData }: AssignableMember): Previous {
  return owned.generation >= 0 ? owned : { ...owned, generation: decodeGeneration(userData) };
}
