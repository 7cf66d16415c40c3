import { expect, it } from 'vitest';
import {
  decodeConsumerAssignment,
  decodeConsumerSubscription,
  encodeConsumerAssignment,
  encodeConsumerSubscription,
} from './consumer-protocol.ts';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const ownedPartitions = [{ topic: 't', partitions: [1] }];
const full = { topics: ['t'], userData: null, ownedPartitions, generationId: 5, rackId: 'r' };

it('writes what a version knows and leaves the rest out', () => {
  expect(encodeConsumerSubscription(0, full)).toEqual(bytesOf('0000000000010001 74 ffffffff'));
  const owned = '00000001000174 00000001 00000001';
  expect(encodeConsumerSubscription(3, full)).toEqual(bytesOf(`000300000001000174ffffffff${owned}00000005000172`));
});

it('reads a version of the future as the newest it knows', () => {
  const future = encodeConsumerSubscription(3, full);
  future[1] = 9;
  expect(decodeConsumerSubscription(Uint8Array.from([...future, 1, 2, 3]))).toEqual(full);
});

it('carries assignments', () => {
  const assignment = { assignedPartitions: [{ topic: 't', partitions: [0, 2] }], userData: bytesOf('01') };
  expect(decodeConsumerAssignment(encodeConsumerAssignment(1, assignment))).toEqual(assignment);
});
