export { murmur2 } from './murmur2.ts';
export type { ProducerCloseReport, ProducerOptions, Receipt, SendOptions } from './options.ts';
export type { Partitioner } from './partitioner.ts';
export { javaPartitioner } from './partitioner.ts';
export type { Producer } from './producer.ts';
export { createProducer } from './producer.ts';
