export { type ApiName, apiByKey, apiByName, apiList } from './api-registry.ts';
export { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './codec.ts';
export {
  type ConsumerAssignment,
  type ConsumerAssignmentInput,
  type ConsumerSubscription,
  type ConsumerSubscriptionInput,
  decodeConsumerAssignment,
  decodeConsumerSubscription,
  encodeConsumerAssignment,
  encodeConsumerSubscription,
} from './embedded/consumer-protocol.ts';
export { type ErrorInfo, type ErrorName, errorCodes, errorInfo } from './error-codes.ts';
export { FrameSplitter, type FrameSplitterOptions } from './framing/frame-splitter.ts';
export {
  decodeResponseFrame,
  encodeRequestFrame,
  encodeRequestParts,
  encodeResponseFrame,
  parseRequestFrame,
  type RequestAddress,
  type RequestFrame,
  type ResponseAddress,
} from './framing/frames.ts';
export { messages } from './messages/index.ts';
export { zeroUuid } from './primitives/uuid.ts';
export { isProtocolError, ProtocolError, type ProtocolErrorCode, type ProtocolErrorFacts } from './protocol-error.ts';
export { batchLayout, type Compression, type TimestampType } from './records/batch-layout.ts';
export type { Codec, Codecs } from './records/codecs/codec.ts';
export { lz4Codec } from './records/codecs/lz4/lz4.ts';
export type { CodecOptions } from './records/codecs/options.ts';
export { snappyCodec } from './records/codecs/snappy/snappy.ts';
export { zstdCodec } from './records/codecs/zstd/zstd.ts';
export { crc32c } from './records/crc32c/crc32c.ts';
export { type BatchInput, encodeBatch } from './records/encode-batch.ts';
export type { RecordHeaderInput, RecordInput } from './records/encode-record.ts';
export { type BatchPlace, patchBatch, stampLogAppendTime } from './records/patch-batch.ts';
export type { KafkaRecord, RecordHeader } from './records/record.ts';
export { RecordBatch, readBatches } from './records/record-batch.ts';
export {
  encodeTransactionMarker,
  readTransactionMarker,
  type TransactionEnd,
  type TransactionMarker,
  type TransactionMarkerInput,
} from './records/transaction-marker.ts';
export {
  type AnyApi,
  type Api,
  type RequestInput,
  type RequestOf,
  type ResponseInput,
  type ResponseOf,
  supportsVersion,
} from './schema/api.ts';
