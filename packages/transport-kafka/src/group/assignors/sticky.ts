import { type AssignableMember, type Assignor, nothingBefore, type Previous } from './assignor.ts';
import { balance } from './balance.ts';
import { rightfulOwners } from './claims.ts';
import { decodeStickyData, encodeStickyData } from './sticky-data.ts';

/** Balanced, and as near as possible to what members had before. They give up everything all the same while they rebalance. */
export const sticky: Assignor = {
  name: 'sticky',
  cooperative: false,
  userData: encodeStickyData,
  assign: (task) => balance(task, rightfulOwners(task, had)),
};

function had({ userData }: AssignableMember): Previous {
  return userData === null ? nothingBefore : decodeStickyData(userData);
}
