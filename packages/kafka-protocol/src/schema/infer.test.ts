import { expectTypeOf, it } from 'vitest';
import { encodeRequest } from '../codec.ts';
import { messages } from '../messages/index.ts';
import type { RequestInput, RequestOf, ResponseInput, ResponseOf } from './api.ts';

type FetchPartition = ResponseOf<typeof messages.fetch>['responses'][number]['partitions'][number];

it('decoding gives every field, with null only where some version has it', () => {
  expectTypeOf<FetchPartition['highWatermark']>().toEqualTypeOf<bigint>();
  expectTypeOf<FetchPartition['records']>().toEqualTypeOf<Uint8Array | null>();
  expectTypeOf<FetchPartition['currentLeader']>().toEqualTypeOf<{ leaderId: number; leaderEpoch: number }>();
  expectTypeOf<RequestOf<typeof messages.metadata>['topics']>().toExtend<readonly { topicId: string }[] | null>();
});

it('encoding may leave out what has a default or is not in every version', () => {
  expectTypeOf<{ errorCode: number }>().toExtend<ResponseInput<typeof messages.heartbeat>>();
  expectTypeOf<{ groupId: string }>().not.toExtend<RequestInput<typeof messages.heartbeat>>();
});

it('what was decoded can be encoded', () => {
  expectTypeOf<RequestOf<typeof messages.fetch>>().toExtend<RequestInput<typeof messages.fetch>>();
  expectTypeOf<ResponseOf<typeof messages.metadata>>().toExtend<ResponseInput<typeof messages.metadata>>();
});

it('a misspelt field does not compile', () => {
  // @ts-expect-error: the field is called groupId
  const misspelt = () => encodeRequest(messages.heartbeat, 0, { group: 'g', generationId: 1, memberId: 'm' });
  expectTypeOf(misspelt).returns.toEqualTypeOf<Uint8Array>();
});
