import type { Message } from 'kafkajs';
import type { Batch } from './batch.ts';

type Read = (message: Message, index: number) => unknown;
type Grouped = Record<number, unknown>;
type Group = (grouped: Grouped, message: Message) => Grouped;

/** The message that stands for all records of a batch: its value is the records, encoded. */
export function standInOf({ partition, encoded }: Batch): Message {
  const [base] = times(encoded.span());
  return { key: null, value: encoded.encode(Number(base)), partition, timestamp: base };
}

/**
 * Messages for kafkajs, one for each batch, which it counts as all of theirs. It encodes a record into a dozen small buffers
 * and groups a batch in quadratic time; this way it does both once per batch. Of the messages it is given kafkajs 2.2.4 uses
 * `find` and `reduce`, and of each partition's group `length` and `map`: first for the times, then to encode.
 */
export function messagesOf(batches: readonly Batch[], standIns: readonly Message[]): Message[] {
  const messages = [...standIns];
  const reduce = (group: Group, grouped: Grouped): Grouped =>
    batches.reduce((result, batch, index) => {
      const standIn = standIns[index] as Message;
      // Its own grouping asks the partitioner, which may refuse.
      return { ...group(result, standIn), [batch.partition]: crowd(standIn, batch) };
    }, grouped);
  return Object.defineProperty(messages, 'reduce', { value: reduce });
}

function crowd(standIn: Message, { records, encoded }: Batch): { length: number; map(read: Read): unknown[] } {
  return {
    length: records,
    map(read) {
      const seen = read(standIn, 0);
      if (typeof seen === 'string') return times(encoded.span());
      const all = [seen];
      // Holes are counted and not visited.
      all.length = records;
      return all;
    },
  };
}

/** As text and in the order of text, since that is how kafkajs sorts them before it takes the first. */
function times(span: readonly [number, number]): [string, string] {
  return span.map(String).sort() as [string, string];
}
