import { type NameOfId, type Part, partitionIn, topicIn } from './parts.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An answer with the refusals of some parts laid over it: what both speak of is taken from `refusals`, what only one speaks
 * of stays.
 */
export function overlay(answer: object, refusals: object, nameOfId: NameOfId): object {
  const merged: Record<string, unknown> = { ...answer };
  for (const [name, list] of Object.entries(refusals)) {
    const below = merged[name];
    if (Array.isArray(list) && Array.isArray(below)) merged[name] = overlayList(below, list, nameOfId);
  }
  return merged;
}

function overlayList(below: readonly unknown[], above: readonly unknown[], nameOfId: NameOfId): unknown[] {
  const merged = [...below];
  for (const element of above) {
    const at = merged.findIndex((other) => isSame(other, element, nameOfId));
    if (at < 0) merged.push(element);
    else merged[at] = hasParts(element) ? overlay(merged[at] as object, element as object, nameOfId) : element;
  }
  return merged;
}

function hasParts(element: unknown): boolean {
  return Object.values(element as object).some(
    (value) => Array.isArray(value) && value.some((inner) => typeof inner === 'object'),
  );
}

function isSame(one: unknown, other: unknown, nameOfId: NameOfId): boolean {
  const [first, second] = [identityOf(one, nameOfId), identityOf(other, nameOfId)];
  return first !== undefined && first === second;
}

function identityOf(element: unknown, nameOfId: NameOfId): string | undefined {
  if (typeof element !== 'object' || element === null) return undefined;
  const { groupId, transactionalId } = element as Fields;
  const named = topicIn(element, nameOfId) ?? groupId ?? transactionalId ?? partitionIn(element);
  return named === undefined ? undefined : `${typeof named} ${named}`;
}

/** The answer with `code` in every struct about a part that is struck; for APIs that refuse no part on their own. */
export function placeCode(
  answer: object,
  code: number,
  rules: { readonly nameOfId: NameOfId; readonly isStruck: (part: Part) => boolean },
): object {
  const place = (fields: object, topic: string | undefined): object => {
    const own = topicIn(fields, rules.nameOfId) ?? topic;
    const partition = partitionIn(fields);
    const part = own === undefined ? undefined : { topic: own, ...(partition === undefined ? {} : { partition }) };
    const entries = Object.entries(fields).map(([name, value]) => {
      if (part && /errorcode$/i.test(name) && rules.isStruck(part)) return [name, code];
      if (!Array.isArray(value)) return [name, value];
      return [name, value.map((element) => (isStruct(element) ? place(element, own) : element))];
    });
    return Object.fromEntries(entries);
  };
  return place(answer, undefined);
}

function isStruct(element: unknown): element is object {
  return typeof element === 'object' && element !== null && !ArrayBuffer.isView(element);
}
