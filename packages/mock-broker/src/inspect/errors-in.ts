import { errorCodes } from '@eventstream/kafka-protocol';

const names = new Map<number, string>(Object.entries(errorCodes).map(([name, code]) => [code, name]));

const nothing: readonly string[] = [];

/** The names of all errors in an answer, each once. Every field that has one is called `errorCode`, or ends so. */
export function errorsIn(answer: object): readonly string[] {
  return collect(answer, undefined) ?? nothing;
}

/** Allocates nothing while there is no error: every answer of the broker comes by here. */
function collect(value: object, found: string[] | undefined): string[] | undefined {
  if (Array.isArray(value)) {
    if (typeof value[0] !== 'object') return found;
    for (const item of value) found = collect(item, found);
    return found;
  }
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    if (typeof field === 'number') {
      if (field !== 0 && key.endsWith('rrorCode')) found = withName(names.get(field) ?? `error ${field}`, found);
    } else if (typeof field === 'object' && field !== null && !ArrayBuffer.isView(field)) found = collect(field, found);
  }
  return found;
}

function withName(name: string, found: string[] = []): string[] {
  if (!found.includes(name)) found.push(name);
  return found;
}
