import { Reader } from '../primitives/reader.ts';
import { Writer } from '../primitives/writer.ts';
import { ProtocolError } from '../protocol-error.ts';
import { array, bytes, int32, string } from '../schema/field.ts';
import type { InputOf, ValueOf } from '../schema/infer.ts';
import { Message } from '../schema/message.ts';
import { noVersions, parseRange } from '../schema/version-range.ts';

const NEWEST = 3;
const versions = parseRange('0-3');

const subscription = new Message(
  { name: 'consumer subscription', versions, flexible: noVersions },
  {
    topics: array(string()),
    userData: bytes({ nullable: '0+', default: null }),
    ownedPartitions: array({ topic: string(), partitions: array(int32()) }, { versions: '1+', ignorable: true }),
    generationId: int32({ versions: '2+', default: -1, ignorable: true }),
    rackId: string({ versions: '3+', nullable: '3+', default: null, ignorable: true }),
  },
);

const assignment = new Message(
  { name: 'consumer assignment', versions, flexible: noVersions },
  {
    assignedPartitions: array({ topic: string(), partitions: array(int32()) }),
    userData: bytes({ nullable: '0+', default: null }),
  },
);

/** What a consumer tells the group's leader in JoinGroup. */
export type ConsumerSubscription = ValueOf<typeof subscription.fields>;

/** A subscription to be written. */
export type ConsumerSubscriptionInput = InputOf<typeof subscription.fields>;

/** What the group's leader gives a consumer in SyncGroup. */
export type ConsumerAssignment = ValueOf<typeof assignment.fields>;

/** An assignment to be written. */
export type ConsumerAssignmentInput = InputOf<typeof assignment.fields>;

/**
 * The `metadata` of a protocol in JoinGroup, for groups of protocol type `consumer`.
 *
 * v1 tells the partitions owned (KIP-429), v2 of which generation (KIP-792), v3 the rack (KIP-881). Older versions
 * leave them out.
 *
 * @throws ProtocolError as encodeRequest
 */
export function encodeConsumerSubscription(version: number, value: ConsumerSubscriptionInput): Uint8Array {
  return encode(subscription, version, value);
}

/**
 * The `metadata` of a protocol in JoinGroup, read.
 *
 * @throws ProtocolError `truncated`, `malformed`, `unexpected_null`
 */
export function decodeConsumerSubscription(metadata: Uint8Array): ConsumerSubscription {
  return decode(subscription, metadata) as ConsumerSubscription;
}

/**
 * The `assignment` of a member in SyncGroup, for groups of protocol type `consumer`.
 *
 * @throws ProtocolError as encodeRequest
 */
export function encodeConsumerAssignment(version: number, value: ConsumerAssignmentInput): Uint8Array {
  return encode(assignment, version, value);
}

/**
 * The `assignment` of a member in SyncGroup, read.
 *
 * @throws ProtocolError `truncated`, `malformed`, `unexpected_null`
 */
export function decodeConsumerAssignment(bytesOfMember: Uint8Array): ConsumerAssignment {
  return decode(assignment, bytesOfMember) as ConsumerAssignment;
}

function encode(message: Message, version: number, value: unknown): Uint8Array {
  const writer = new Writer();
  writer.int16(version);
  message.write(version, writer, value);
  return writer.finish();
}

/** A version of the future is read as the newest known one: new fields are only ever added behind. */
function decode(message: Message, content: Uint8Array): unknown {
  const reader = new Reader(content);
  const version = reader.int16();
  if (version < 0) throw new ProtocolError('malformed', `${version} is not a version of the consumer protocol`);
  return message.read(Math.min(version, NEWEST), reader);
}
