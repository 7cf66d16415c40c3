export type { AssignorName } from './group/assignors/named.ts';
export { type KafkaTransport, kafka } from './kafka-transport.ts';
export type { CompressionName, GroupProtocol, KafkaOptions, SaslOptions, TlsOptions } from './options.ts';
