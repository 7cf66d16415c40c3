import { expect, it } from 'vitest';
import { ticksOf } from './process-cost.ts';

it('finds user and system time behind a name of any shape', () => {
  const fields = 'R 1 2 3 4 5 6 7 8 9 10 250 125 0 0 20 0 11 0 12345';
  expect(ticksOf(`4711 (node) ${fields}`)).toBe(375);
  expect(ticksOf(`4711 (a (strange) name) ${fields}`)).toBe(375);
});
