import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PartitionKey } from './assignment.ts';
import { type ConsumerMember, newMember } from './member.ts';
import { reconcile } from './reconcile.ts';

const keys = (...indexes: number[]) => new Set(indexes.map((index): PartitionKey => `t:${index}`));
const holding = (epoch: number, ...indexes: number[]) => new Map([...keys(...indexes)].map((key) => [key, epoch]));
const shown = ({ state, epoch, assigned, pendingRevocation }: ConsumerMember) => {
  return { state, epoch, assigned: [...assigned.keys()].join(), pending: [...pendingRevocation.keys()].join() };
};

describe('a member on its way to the target', () => {
  const member: ConsumerMember = { ...newMember('m'), epoch: 3, assigned: holding(3, 0, 1) };
  const goal = { epoch: 4, target: keys(1, 2), isTaken: () => false, owned: keys(0, 1) };

  test('first gives up what it is not to have, and stays in its epoch until it says so', () => {
    const revoking = reconcile(member, goal);
    expect(shown(revoking)).toEqual({ state: 'UnrevokedPartitions', epoch: 3, assigned: 't:1', pending: 't:0' });
    expect(reconcile(revoking, goal)).toBe(revoking);
    expect(reconcile(revoking, { ...goal, owned: undefined })).toBe(revoking);
    const done = reconcile(revoking, { ...goal, owned: keys(1) });
    expect(shown(done)).toEqual({ state: 'Stable', epoch: 4, assigned: 't:1,t:2', pending: '' });
    expect([...done.assigned.values()]).toEqual([3, 4]);
  });

  test('waits in the new epoch for what others hold', () => {
    const waiting = reconcile({ ...member, assigned: holding(3, 1) }, { ...goal, isTaken: (key) => key === 't:2' });
    expect(shown(waiting)).toEqual({ state: 'UnreleasedPartitions', epoch: 4, assigned: 't:1', pending: '' });
    expect(shown(reconcile(waiting, goal))).toEqual({ state: 'Stable', epoch: 4, assigned: 't:1,t:2', pending: '' });
  });

  test('stays as it is when it has arrived', () => {
    expect(reconcile(member, { ...goal, epoch: 3 })).toBe(member);
  });
});

test('whatever the targets, no partition is held by two, and everybody arrives once all have reported', () => {
  const rounds = fc.array(fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 6 });
  const order = fc.array(fc.tuple(fc.nat(2), fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(rounds, order, (plans, heartbeats) => {
      let members = ['a', 'b', 'c'].map(newMember);
      const holders = (key: PartitionKey) =>
        members.filter(({ assigned, pendingRevocation }) => assigned.has(key) || pendingRevocation.has(key)).length;
      const beat = (at: number, plan: readonly number[], epoch: number, reports: boolean) => {
        const target = keys(...plan.flatMap((owner, index) => (owner === at ? [index] : [])));
        const owned = reports ? new Set(members[at]!.assigned.keys()) : undefined;
        const next = reconcile(members[at]!, { epoch, target, isTaken: (key) => holders(key) > 0, owned });
        members = members.with(at, next);
        for (const key of keys(0, 1, 2, 3, 4, 5)) expect(holders(key), key).toBeLessThanOrEqual(1);
      };
      for (const [round, plan] of plans.entries()) {
        for (const [at, reports] of heartbeats) beat(at, plan, round + 1, reports);
      }
      const last = plans.at(-1)!;
      for (let turn = 0; turn < 12; turn += 1) beat(turn % 3, last, plans.length, true);
      expect(members.map(({ state }) => state)).toEqual(['Stable', 'Stable', 'Stable']);
      expect(members.map(({ assigned }) => assigned.size).reduce((sum, size) => sum + size)).toBe(6);
    }),
  );
});
