import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AssignableMember, Assignment, AssignmentTask } from './assignor.ts';
import { namedAssignors } from './named.ts';
import { keyOf } from './order.ts';
import { decodeStickyData, encodeGeneration, encodeStickyData } from './sticky-data.ts';

const topics = ['a', 'b', 'c'];
const partition = fc.record({ topic: fc.constantFrom(...topics), partition: fc.nat(7) });
const previous = fc.record({
  partitions: fc.uniqueArray(partition, { selector: keyOf, maxLength: 8 }),
  generation: fc.integer({ min: -1, max: 3 }),
});

/** Groups whose members read what they like and say they had anything, also what others say, or what is not there. */
const anyTask = fc
  .record({
    counts: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
    members: fc.array(fc.record({ reads: fc.subarray(topics), owned: previous, isStatic: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    }),
  })
  .map(({ counts, members }): AssignmentTask => {
    const made = members.map(({ reads, owned, isStatic }, index): AssignableMember => {
      const instanceId = isStatic ? `i-${index}` : null;
      return { id: `m-${index}`, instanceId, topics: reads, owned, userData: encodeStickyData(owned) };
    });
    const read = topics.filter((topic) => made.some((member) => member.topics.includes(topic)));
    return { members: made, partitions: new Map(read.map((topic) => [topic, counts[topics.indexOf(topic)] ?? 0])) };
  });

const flat = (assignment: Assignment) =>
  [...assignment].flatMap(([id, partitions]) => partitions.map((one) => ({ ...one, id })));

/** The group after the assignment: everybody has what it was given, in the next generation. */
function after(task: AssignmentTask, assignment: Assignment, generation: number): AssignmentTask {
  const members = task.members.map((member) => {
    const owned = { partitions: assignment.get(member.id) ?? [], generation };
    return { ...member, owned, userData: encodeStickyData(owned) };
  });
  return { ...task, members };
}

/** The assignment once everybody gave up what was to move: of cooperative ones, a later one, and soon. */
function settled(name: keyof typeof namedAssignors, task: AssignmentTask): Assignment {
  let assignment = namedAssignors[name].assign(task);
  for (let round = 10; round < 13 && namedAssignors[name].cooperative; round += 1) {
    assignment = namedAssignors[name].assign(after(task, assignment, round));
  }
  return assignment;
}

describe.each(Object.keys(namedAssignors) as (keyof typeof namedAssignors)[])('%s', (name) => {
  test('gives every partition that is read to exactly one member that reads it', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const given = flat(settled(name, task));
        const all = [...task.partitions].flatMap(([topic, count]) =>
          Array.from({ length: count }, (_, index) => `${topic}/${index}`),
        );
        expect(given.map(keyOf).sort()).toEqual(all.sort());
        for (const { id, topic } of given) {
          expect(task.members.find((member) => member.id === id)?.topics).toContain(topic);
        }
      }),
    );
  });

  test('gives the same whatever order members come in', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const reversed = { ...task, members: [...task.members].reverse() };
        const sorted = (of: AssignmentTask) =>
          flat(settled(name, of))
            .map((one) => `${one.id} ${keyOf(one)}`)
            .sort();
        expect(sorted(reversed)).toEqual(sorted(task));
      }),
    );
  });
});

describe.each(['sticky', 'cooperative-sticky'] as const)('%s', (name) => {
  test('leaves nobody with two more than one who could have had one of them', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const assignment = settled(name, task);
        const size = (id: string) => assignment.get(id)?.length ?? 0;
        for (const { id, topic } of flat(assignment)) {
          const takers = task.members.filter((member) => member.topics.includes(topic));
          for (const taker of takers) expect(size(id) - size(taker.id)).toBeLessThan(2);
        }
      }),
    );
  });

  test('changes nothing when nothing has changed', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const once = settled(name, task);
        const again = settled(name, after(task, once, 9));
        const sorted = (of: Assignment) =>
          flat(of)
            .map((one) => `${one.id} ${keyOf(one)}`)
            .sort();
        expect(sorted(again)).toEqual(sorted(once));
      }),
    );
  });

  test('moves as few as it can when a member comes or goes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 2, max: 7 }),
        fc.boolean(),
        (count, size, joins) => {
          const member = (index: number): AssignableMember => {
            const owned = { partitions: [], generation: -1 };
            return { id: `m-${index}`, instanceId: null, topics: ['a'], owned, userData: null };
          };
          const whole: AssignmentTask = {
            members: Array.from({ length: size }, (_, index) => member(index)),
            partitions: new Map([['a', count]]),
          };
          const fewer = { ...whole, members: whole.members.slice(1) };
          const [before, change] = joins ? [fewer, whole] : [whole, fewer];
          const had = settled(name, before);
          const grown = {
            ...change,
            members: change.members.map((one) => ({
              ...one,
              owned: { partitions: had.get(one.id) ?? [], generation: 1 },
            })),
          };
          const task = after(grown, new Map(grown.members.map(({ id }) => [id, had.get(id) ?? []])), 1);
          const has = settled(name, task);
          const kept = flat(has).filter(({ id, ...one }) => had.get(id)?.some((other) => keyOf(other) === keyOf(one)));
          const share = joins ? Math.floor(count / size) : (had.get('m-0')?.length ?? 0);
          expect(flat(has).length - kept.length).toBe(share);
        },
      ),
    );
  });
});

test('cooperative-sticky gives nobody what others still read, unless it reads it itself', () => {
  fc.assert(
    fc.property(anyTask, (task) => {
      const reads = (id: string, key: string) =>
        task.members.some((member) => member.id === id && member.owned.partitions.some((one) => keyOf(one) === key));
      for (const { id, ...one } of flat(namedAssignors['cooperative-sticky'].assign(task))) {
        const key = keyOf(one);
        const others = task.members.filter((member) => member.id !== id && reads(member.id, key));
        if (others.length > 0) expect(reads(id, key)).toBe(true);
      }
    }),
  );
});

test('what members had is written as the Java client writes it, and read with or without a generation', () => {
  const data = encodeStickyData({ partitions: [{ topic: 't', partition: 2 }], generation: 7 });
  expect(Buffer.from(data).toString('hex')).toBe('00000001' + '000174' + '00000001' + '00000002' + '00000007');
  expect(decodeStickyData(data)).toEqual({ partitions: [{ topic: 't', partition: 2 }], generation: 7 });
  expect(decodeStickyData(data.subarray(0, -4))).toMatchObject({ generation: -1 });
  expect(decodeStickyData(Uint8Array.of(1, 2, 3))).toEqual({ partitions: [], generation: -1 });
  expect(Buffer.from(encodeGeneration({ partitions: [], generation: 7 })).toString('hex')).toBe('00000007');
});
