import { describe, expect, test } from 'vitest';
import type { AssignableMember } from './assignor.ts';
import { type JavaVector, javaVectors } from './java-vectors.ts';
import { namedAssignors } from './named.ts';
import { keyOf } from './order.ts';
import { decodeStickyData } from './sticky-data.ts';

const partitionOf = (key: string) => {
  const [topic = '', partition] = key.split('/');
  return { topic, partition: Number(partition) };
};

function membersOf({ assignor, members }: JavaVector): readonly AssignableMember[] {
  const keeps = assignor === 'cooperative-sticky';
  return members.map(({ had, userData, ...member }) => ({
    ...member,
    owned: { partitions: keeps ? had.map(partitionOf) : [], generation: keeps ? 5 : -1 },
    userData: userData === null ? null : new Uint8Array(Buffer.from(userData, 'hex')),
  }));
}

/** What each member of the vector gets from us. */
function ours(vector: JavaVector): readonly (readonly string[])[] {
  const read = Object.entries(vector.topics).filter(([topic]) =>
    vector.members.some(({ topics }) => topics.includes(topic)),
  );
  const given = namedAssignors[vector.assignor].assign({ members: membersOf(vector), partitions: new Map(read) });
  return vector.members.map(({ id }) => (given.get(id) ?? []).map(keyOf).sort());
}

const of = (name: JavaVector['assignor']) => javaVectors.filter(({ assignor }) => assignor === name);
const sizes = (given: readonly (readonly string[])[]) => given.map(({ length }) => length).sort();
const kept = ({ members }: JavaVector, given: readonly (readonly string[])[]) =>
  members.reduce((sum, { had }, index) => sum + had.filter((key) => given[index]?.includes(key)).length, 0);
const given = ({ members }: JavaVector) => members.map((member) => member.given);

test.each(['range', 'roundrobin'] as const)('%s gives what Java gives', (name) => {
  for (const vector of of(name)) expect(ours(vector), JSON.stringify(vector)).toEqual(given(vector));
});

describe('sticky', () => {
  test('is as balanced as Java, and keeps as much', () => {
    // A member that reads nothing is given what it does not read by Java's; ours gives it nothing.
    for (const vector of of('sticky').filter(({ members }) => members.every(({ topics }) => topics.length > 0))) {
      expect(sizes(ours(vector)), JSON.stringify(vector)).toEqual(sizes(given(vector)));
      expect(kept(vector, ours(vector)), JSON.stringify(vector)).toBeGreaterThanOrEqual(kept(vector, given(vector)));
    }
  });

  test('reads what Java members say they had', () => {
    for (const { members } of of('sticky')) {
      for (const { had, userData } of members) {
        const told = decodeStickyData(new Uint8Array(Buffer.from(userData ?? '', 'hex')));
        expect({ ...told, partitions: told.partitions.map(keyOf).sort() }).toEqual({ partitions: had, generation: 5 });
      }
    }
  });
});

test('cooperative-sticky lets members keep as much as Java does', () => {
  for (const vector of of('cooperative-sticky')) {
    expect(kept(vector, ours(vector)), JSON.stringify(vector)).toBeGreaterThanOrEqual(kept(vector, given(vector)));
  }
});
