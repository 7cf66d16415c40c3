import { expect, test } from 'vitest';
import type { ProducerIdentity } from '../producers/producer-ids.ts';
import { judgeIdentity } from './fencing.ts';

const is = (producerId: bigint, producerEpoch: number): ProducerIdentity => ({ producerId, producerEpoch });

test.each([
  ['nobody has the id yet', undefined, is(1n, 0), 'INVALID_PRODUCER_ID_MAPPING'],
  ['the owner', { current: is(1n, 3) }, is(1n, 3), 'current'],
  ['an epoch below', { current: is(1n, 3) }, is(1n, 2), 'PRODUCER_FENCED'],
  ['an epoch above', { current: is(1n, 3) }, is(1n, 4), 'PRODUCER_FENCED'],
  ['another id', { current: is(1n, 3) }, is(2n, 3), 'INVALID_PRODUCER_ID_MAPPING'],
  ['the owner one answer behind', { current: is(1n, 3), previous: is(1n, 2) }, is(1n, 2), 'previous'],
  ['two answers behind', { current: is(1n, 3), previous: is(1n, 2) }, is(1n, 1), 'PRODUCER_FENCED'],
  ['behind a change of the id', { current: is(2n, 0), previous: is(1n, 0x7ffe) }, is(1n, 0x7ffe), 'previous'],
  [
    'far behind a change of the id',
    { current: is(2n, 0), previous: is(1n, 9) },
    is(1n, 8),
    'INVALID_PRODUCER_ID_MAPPING',
  ],
])('%s', (_who, known, given, standing) => {
  expect(judgeIdentity(known, given)).toBe(standing);
});
