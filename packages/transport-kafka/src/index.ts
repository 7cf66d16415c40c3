export { type KafkaTransport, kafka } from './kafka-transport.ts';
export type { CompressionName, KafkaOptions, SaslOptions, TlsOptions } from './options.ts';
