import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PartitionKey, partOf } from './assignment.ts';
import { type AssignorInput, type AssignorMember, assignors } from './assignor.ts';

const counts = fc.array(fc.nat(9), { minLength: 1, maxLength: 4 });

/** Groups of up to eight members; `alike` gives all the same subscription. */
const input = (alike: boolean) =>
  counts.chain((partitions) => {
    const topicIds = partitions.map((_, at) => `t${at}`);
    const some = alike ? fc.constant(topicIds) : fc.subarray(topicIds, { minLength: 1 });
    const member = fc.record({ topicIds: some, instance: fc.boolean(), held: fc.array(fc.nat(40), { maxLength: 12 }) });
    return fc.array(member, { minLength: 1, maxLength: 8 }).map((wishes): AssignorInput => {
      const all = topicIds.flatMap((id, at) =>
        Array.from({ length: partitions[at]! }, (_, index): PartitionKey => `${id}:${index}`),
      );
      const left = new Set(all);
      const held = (wanted: readonly number[]) =>
        new Set(wanted.map((at) => all[at]!).filter((key) => key !== undefined && left.delete(key)));
      return {
        partitionsOf: (id) => partitions[Number(id.slice(1))] ?? 0,
        members: wishes.map(({ topicIds: own, instance, held: wanted }, at): AssignorMember => {
          return { id: `m${at}`, instanceId: instance ? `i${9 - at}` : null, topicIds: own, target: held(wanted) };
        }),
      };
    });
  });

const plans = ({ members }: AssignorInput, name: string, given: AssignorInput) => {
  const plan = assignors[name]!(given);
  return members.map((member) => ({ member, own: [...(plan.get(member.id) ?? [])] }));
};

describe.each(['uniform', 'range'])('%s', (name) => {
  test('gives each partition somebody wants to exactly one of those who want it', () => {
    fc.assert(
      fc.property(fc.oneof(input(true), input(false)), (given) => {
        const shares = plans(given, name, given);
        for (const { member, own } of shares) {
          for (const key of own) expect(member.topicIds).toContain(partOf(key).topicId);
        }
        const wanted = new Set(given.members.flatMap(({ topicIds }) => topicIds));
        const all = [...wanted].flatMap((id) =>
          Array.from({ length: given.partitionsOf(id) }, (_, at) => `${id}:${at}`),
        );
        expect(shares.flatMap(({ own }) => own).sort()).toEqual(all.sort());
      }),
    );
  });

  test('changes nothing when asked again', () => {
    fc.assert(
      fc.property(fc.oneof(input(true), input(false)), (given) => {
        const first = assignors[name]!(given);
        const again = { ...given, members: given.members.map((one) => ({ ...one, target: first.get(one.id)! })) };
        expect(assignors[name]!(again)).toEqual(first);
      }),
    );
  });
});

describe('uniform', () => {
  test('gives equal subscribers the same number, give or take one', () => {
    fc.assert(
      fc.property(input(true), (given) => {
        const sizes = plans(given, 'uniform', given).map(({ own }) => own.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('leaves no partition where a subscriber has two fewer', () => {
    fc.assert(
      fc.property(input(false), (given) => {
        const shares = plans(given, 'uniform', given);
        for (const { own } of shares) {
          for (const key of own) {
            const takers = shares.filter(({ member }) => member.topicIds.includes(partOf(key).topicId));
            expect(Math.min(...takers.map((taker) => taker.own.length))).toBeGreaterThanOrEqual(own.length - 1);
          }
        }
      }),
    );
  });

  test('moves only as much to a new member as it is due', () => {
    fc.assert(
      fc.property(input(true), (given) => {
        const first = assignors['uniform']!(given);
        const known = given.members.map((one) => ({ ...one, target: first.get(one.id)! }));
        const newcomer = { ...known[0]!, id: 'new', instanceId: null, target: new Set<PartitionKey>() };
        const next = assignors['uniform']!({ ...given, members: [...known, newcomer] });
        for (const { id, target } of known) for (const key of next.get(id)!) expect(target).toContain(key);
      }),
    );
  });
});

test('range cuts topics as Java does: named instances first, the first ones get what is left over', () => {
  const member = (id: string, instanceId: string | null = null, topicIds = ['a', 'b']) => {
    return { id, instanceId, topicIds, target: new Set<PartitionKey>() };
  };
  const partitionsOf = (id: string) => (id === 'a' ? 5 : 2);
  const plan = assignors['range']!({
    members: [member('z'), member('y', 'i'), member('x', null, ['a'])],
    partitionsOf,
  });
  expect([...plan].map(([id, own]) => [id, [...own].join(' ')])).toEqual([
    ['z', 'a:4 b:1'],
    ['y', 'a:0 a:1 b:0'],
    ['x', 'a:2 a:3'],
  ]);
});
