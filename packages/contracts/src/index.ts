export type { AnyCatalog, Catalog, EventData, EventInput, EventTopics, EventTypes, EventTypesOn } from './catalog.ts';
export { defineCatalog } from './catalog.ts';
export type { AnyContract, Contract, ContractInput, ContractOptions, ContractOutput, KeyContext } from './contract.ts';
export { defineEvent } from './contract.ts';
export type { ContentMode, DecodedRecord, EncodedEvent, EncoderOptions, Envelope, EventEncoder } from './envelope.ts';
export { createEncoder, decodeRecord } from './envelope.ts';
export type { Serde } from './serde.ts';
export { jsonSerde } from './serde.ts';
export { keyOf, validateData } from './validate.ts';
