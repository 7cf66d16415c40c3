export type { KafkajsTransport } from './kafkajs-transport.ts';
export { kafkajs } from './kafkajs-transport.ts';
export type { KafkajsOptions, SaslOptions, TlsOptions } from './options.ts';
