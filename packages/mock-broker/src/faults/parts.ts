import { zeroUuid } from '@eventstream/kafka-protocol';

/** A topic, or a partition of it, that a request or an answer speaks of. */
export type Part = { readonly topic: string; readonly partition?: number };

/** A part as requests of every version can name it. */
export type NamedPart = Part & { readonly topicId: string };

/** Tells the name behind a topic id. */
export type NameOfId = (id: string) => string | undefined;

type Fields = Readonly<Record<string, unknown>>;

/** Lists that name things other than topics in the fields that elsewhere name topics. */
const otherLists = new Set(['forgottenTopicsData', 'protocols', 'brokers', 'nodeEndpoints', 'members', 'users']);
const partitionLists = new Set(['partitions', 'partitionIndexes']);
const topicNameLists = new Set(['topicNames', 'topics']);

/** Every part a decoded message speaks of, whatever its API and version. */
export function partsOf(message: object, nameOfId: NameOfId): Part[] {
  const found: Part[] = [];
  new Splitter(nameOfId, (part) => {
    found.push(part);
    return false;
  }).split(message as Fields);
  return found;
}

/** A message in two: what `isStruck` picks, and the rest; a half without any part is `undefined`. */
export function splitParts(message: object, nameOfId: NameOfId, isStruck: (part: Part) => boolean): Halves {
  return new Splitter(nameOfId, isStruck).split(message as Fields);
}

/** Two messages of the same API. */
export type Halves = { readonly struck: object | undefined; readonly rest: object | undefined };

class Splitter {
  readonly #nameOfId: NameOfId;
  readonly #isStruck: (part: Part) => boolean;

  constructor(nameOfId: NameOfId, isStruck: (part: Part) => boolean) {
    this.#nameOfId = nameOfId;
    this.#isStruck = isStruck;
  }

  split(fields: Fields, topic?: string): Halves {
    const struck: Record<string, unknown> = { ...fields };
    const rest: Record<string, unknown> = { ...fields };
    const found = { struck: false, rest: false };
    for (const [name, list] of Object.entries(fields)) {
      if (!Array.isArray(list) || otherLists.has(name)) continue;
      const halves = list.map((element) => this.#halve(element, name, topic));
      if (halves.every((half) => half === undefined)) continue;
      struck[name] = halves.flatMap((half) => half?.struck ?? []);
      rest[name] = halves.flatMap((half) => half?.rest ?? []);
      found.struck ||= halves.some((half) => half?.struck !== undefined);
      found.rest ||= halves.some((half) => half?.rest !== undefined);
    }
    return { struck: found.struck ? struck : undefined, rest: found.rest ? rest : undefined };
  }

  /** An element of a list in two, or nothing when it speaks of no part. */
  #halve(element: unknown, list: string, topic: string | undefined): { struck?: unknown; rest?: unknown } | undefined {
    const part = partOf(element, { list, topic });
    if (part) return this.#isStruck(part) ? { struck: element } : { rest: element };
    if (typeof element !== 'object' || element === null) return undefined;
    const own = topicIn(element, this.#nameOfId);
    const halves = this.split(element as Fields, own ?? topic);
    if (halves.struck !== undefined || halves.rest !== undefined) return halves;
    if (own === undefined) return undefined;
    return this.#isStruck({ topic: own }) ? { struck: element } : { rest: element };
  }
}

function partOf(element: unknown, { list, topic }: { list: string; topic: string | undefined }): Part | undefined {
  if (typeof element === 'string') return topicNameLists.has(list) ? { topic: element } : undefined;
  if (topic === undefined) return undefined;
  if (typeof element === 'number') return partitionLists.has(list) ? { topic, partition: element } : undefined;
  const partition = partitionIn(element);
  return partition === undefined ? undefined : { topic, partition };
}

/** The number of the partition a struct is about. */
export function partitionIn(element: unknown): number | undefined {
  if (typeof element !== 'object' || element === null) return undefined;
  const { partitionIndex, partition, index } = element as Fields;
  return [partitionIndex, partition, index].find((value): value is number => typeof value === 'number');
}

/** The name of the topic a struct is about, however its version names it. */
export function topicIn(element: object, nameOfId: NameOfId): string | undefined {
  const { name, topic, topicId } = element as Fields;
  const text = [name, topic].find((value): value is string => typeof value === 'string' && value !== '');
  if (text !== undefined) return text;
  return typeof topicId === 'string' && topicId !== zeroUuid ? nameOfId(topicId) : undefined;
}
