import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { javaPartitioner, murmur2 } from './index.ts';
import table from './partitioner.vectors.json' with { type: 'json' };

const utf8 = new TextEncoder();
const vectors = table.vectors as unknown as readonly (readonly [key: string, hash: number, ofTwelve: number])[];

describe('murmur2', () => {
  test('gives the hashes and partitions the Java client gave for 2,000 keys', () => {
    expect(vectors).toHaveLength(2000);
    const wrong = vectors.filter(
      ([key, hash, ofTwelve]) => murmur2(utf8.encode(key)) !== hash || javaPartitioner(key, 12) !== ofTwelve,
    );
    expect(wrong).toEqual([]);
  });

  test('covers every length of a last word, and negative hashes', () => {
    const lengths = new Set(vectors.map(([key]) => utf8.encode(key).length % 4));
    expect([...lengths].sort()).toEqual([0, 1, 2, 3]);
    expect(vectors.some(([, hash]) => hash < 0)).toBe(true);
  });

  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
  ])('hashes the well-known key %s', (key, hash) => {
    expect(murmur2(utf8.encode(key))).toBe(hash);
  });
});

test('a partition exists for every key, and none is chosen without a key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 10_000 }), (key, partitions) => {
      const partition = javaPartitioner(key, partitions) as number;
      return Number.isInteger(partition) && partition >= 0 && partition < partitions;
    }),
  );
  expect(javaPartitioner(null, 3)).toBeNull();
});
