import { type KafkaRelease, rangeIn } from '../cluster/releases.ts';

/** A release that serves a version of an API: the newest, or one before Kafka 4.0 took old versions away (KIP-896). */
export function releaseServing(apiKey: number, version: number): KafkaRelease {
  const range = rangeIn('4.3', apiKey);
  return range && version < range[0] ? '3.9' : '4.3';
}
