import type { ApiName } from '@eventstream/kafka-protocol';

/** What a rule may ask of a request. */
export type RequestView = {
  readonly api: string;
  readonly nodeId: number;
  readonly clientId: string;
  /** Names of the topics the request is about; computed only when a rule asks. */
  readonly topics: () => readonly string[];
};

/** Which requests a rule is for; a field left out matches all. */
export type FaultSelection = {
  readonly api: ApiName;
  readonly topic?: string;
  readonly node?: number;
  readonly client?: string;
};

export function matches(selection: FaultSelection, request: RequestView): boolean {
  return (
    selection.api === request.api &&
    (selection.node === undefined || selection.node === request.nodeId) &&
    (selection.client === undefined || selection.client === request.clientId) &&
    (selection.topic === undefined || request.topics().includes(selection.topic))
  );
}

/**
 * The topic names a decoded request speaks of, whatever its API: they stand in a top-level list, as text or as structs
 * with `name`, `topic` or an id.
 */
export function topicsOf(request: object, nameOfId: (id: string) => string | undefined): string[] {
  const found: string[] = [];
  for (const value of Object.values(request)) {
    if (!Array.isArray(value)) continue;
    for (const element of value) {
      if (typeof element === 'string') found.push(element);
      else if (typeof element === 'object' && element !== null) found.push(...namesIn(element, nameOfId));
    }
  }
  return found;
}

function namesIn(element: object, nameOfId: (id: string) => string | undefined): string[] {
  const { name, topic, topicId } = element as { name?: unknown; topic?: unknown; topicId?: unknown };
  const text = [name, topic].filter((value): value is string => typeof value === 'string' && value !== '');
  if (text.length > 0) return text;
  const named = typeof topicId === 'string' ? nameOfId(topicId) : undefined;
  return named === undefined ? [] : [named];
}
