import { kafka } from '@eventstream/transport-kafka';
import { kafkajs } from '@eventstream/transport-kafkajs';
import type { ConformanceTransport, TransportVariation } from '../support/backend.ts';

/** The drivers that reach a Kafka, by their names. */
export const drivers = { kafkajs, kafka } satisfies Record<
  string,
  (options: TransportVariation & { readonly brokers: string }) => ConformanceTransport
>;

/** The name of a driver. */
export type DriverName = keyof typeof drivers;
