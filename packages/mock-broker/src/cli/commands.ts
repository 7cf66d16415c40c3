import type { MockBroker } from '../broker.ts';
import { isMockBrokerError } from '../errors.ts';

/** What a line on stdin makes of the broker, in the line to answer with. */
export function obey(broker: MockBroker, line: string): string {
  const [, name, partitions] = /^create\s+(\S+)(?:\s+([1-9]\d*))?\s*$/.exec(line) ?? [];
  if (name === undefined) return `error: "${line}" is no command: write create <topic> <partitions>.`;
  try {
    broker.createTopic(partitions === undefined ? { name } : { name, partitions: Number(partitions) });
  } catch (error) {
    if (!isMockBrokerError(error)) throw error;
    return `error: ${error.message}`;
  }
  return `created ${name}`;
}
