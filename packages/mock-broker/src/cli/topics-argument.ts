import { readFileSync } from 'node:fs';
import type { TopicOptions } from '../cluster/options.ts';
import { UsageError } from './usage-error.ts';

/** Topics out of `orders:6,invoices`, or out of a JSON file. @throws UsageError */
export function readTopics(given: string): TopicOptions[] {
  return given.endsWith('.json') ? fromFile(given) : given.split(',').map(fromWord);
}

function fromWord(word: string): TopicOptions {
  const [, name, partitions] = /^([\w.-]+)(?::([1-9]\d*))?$/.exec(word.trim()) ?? [];
  if (name === undefined) {
    throw new UsageError(`--topics has "${word}": write name or name:partitions, such as orders:6,invoices.`);
  }
  return partitions === undefined ? { name } : { name, partitions: Number(partitions) };
}

function fromFile(file: string): TopicOptions[] {
  const topics = parse(file);
  if (Array.isArray(topics) && topics.every(isTopic)) return topics;
  throw new UsageError(`--topics: ${file} has to hold [{ "name": "orders", "partitions": 6, "configs": { … } }, …].`);
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--topics: ${file} cannot be read: ${(error as Error).message}.`);
  }
}

function isTopic(value: unknown): value is TopicOptions {
  if (typeof value !== 'object' || value === null) return false;
  const { name, partitions = 1, configs = {} } = value as Record<string, unknown>;
  const areTexts = typeof configs === 'object' && Object.values(configs ?? {}).every((one) => typeof one === 'string');
  return typeof name === 'string' && Number.isInteger(partitions) && Number(partitions) > 0 && areTexts;
}
