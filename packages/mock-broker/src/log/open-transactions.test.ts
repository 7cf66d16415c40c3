import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenTransactions } from './open-transactions.ts';

const step = fc.record({
  producerId: fc.bigInt({ min: 0n, max: 3n }),
  does: fc.constantFrom('write', 'commit', 'abort'),
});

test('what is undecided and what was aborted is what a plain list of events says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const transactions = new OpenTransactions();
      const open = new Map<bigint, bigint>();
      const aborted: { producerId: bigint; firstOffset: bigint; lastOffset: bigint }[] = [];
      for (const [index, { producerId, does }] of steps.entries()) {
        const at = BigInt(index);
        if (does === 'write') {
          transactions.begin(producerId, at);
          if (!open.has(producerId)) open.set(producerId, at);
        } else {
          transactions.end(producerId, { aborted: does === 'abort', at });
          const firstOffset = open.get(producerId);
          if (firstOffset !== undefined && does === 'abort') aborted.push({ producerId, firstOffset, lastOffset: at });
          open.delete(producerId);
        }
        const firsts = [...open.values()].sort((one, other) => Number(one - other));
        expect(transactions.firstUndecided).toBe(firsts[0]);
        expect(transactions.startOf(producerId)).toBe(open.get(producerId));
      }
      const end = BigInt(steps.length);
      expect(transactions.aborted.between(0n, end)).toEqual(aborted);
      const middle = end / 2n;
      expect(transactions.aborted.between(middle, middle + 3n)).toEqual(
        aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= middle && firstOffset < middle + 3n),
      );
      transactions.aborted.forgetBefore(middle);
      expect(transactions.aborted.between(0n, end)).toEqual(aborted.filter(({ lastOffset }) => lastOffset >= middle));
    }),
  );
});
