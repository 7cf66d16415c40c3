export { type ApiName, apiByKey, apiByName, apiList } from './api-registry.ts';
export { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './codec.ts';
export { type ErrorInfo, type ErrorName, errorCodes, errorInfo } from './error-codes.ts';
export { FrameSplitter, type FrameSplitterOptions } from './framing/frame-splitter.ts';
export {
  decodeResponseFrame,
  encodeRequestFrame,
  encodeResponseFrame,
  parseRequestFrame,
  type RequestAddress,
  type RequestFrame,
  type ResponseAddress,
} from './framing/frames.ts';
export { messages } from './messages/index.ts';
export { zeroUuid } from './primitives/uuid.ts';
export { isProtocolError, ProtocolError, type ProtocolErrorCode, type ProtocolErrorFacts } from './protocol-error.ts';
export {
  type AnyApi,
  type Api,
  type RequestInput,
  type RequestOf,
  type ResponseInput,
  type ResponseOf,
  supportsVersion,
} from './schema/api.ts';
