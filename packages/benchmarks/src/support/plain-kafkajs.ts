import kafkajs, { type Kafka } from 'kafkajs';

/** The peer as its own documentation sets it up: defaults, and no log. */
export function plainKafkajs(brokers: string): Kafka {
  return new kafkajs.Kafka({ brokers: brokers.split(','), clientId: 'peer', logLevel: kafkajs.logLevel.NOTHING });
}
