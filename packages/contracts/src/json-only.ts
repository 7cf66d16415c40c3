import { configError } from '@eventstream/core';
import type { ZodType } from 'zod';

/** The parts of zod's schema definitions that are walked. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly innerType?: unknown;
  readonly valueType?: unknown;
  readonly options?: readonly unknown[];
  readonly items?: readonly unknown[];
  readonly left?: unknown;
  readonly right?: unknown;
}

const reasons: Readonly<Record<string, string>> = {
  transform: 'a transform: the written form could not be read back with the same schema. Transform in the handler',
  pipe: 'a pipe or codec: the written form could not be read back with the same schema. Transform in the handler',
  date: 'a Date, which JSON does not have. Use z.iso.datetime() or a number of milliseconds',
  bigint: 'a bigint, which JSON does not have. Use a string of digits',
  symbol: 'a symbol, which JSON does not have',
  undefined: 'undefined, which JSON does not have. Use .optional()',
  void: 'void, which JSON does not have',
  nan: 'NaN, which JSON does not have',
  map: 'a Map, which JSON does not have. Use z.record()',
  set: 'a Set, which JSON does not have. Use z.array()',
  file: 'a File, which JSON does not have',
  function: 'a function, which JSON does not have',
  promise: 'a promise, which JSON does not have',
};

/** Throws `config-invalid`, naming the place, when a schema's output could not go through JSON and the schema again. */
export function assertJsonSchema(schema: ZodType, option: string): void {
  const seen = new Set<unknown>();
  const walk = (node: unknown, at: string): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    const definition = (node as { readonly _zod?: { readonly def: Definition } })._zod?.def;
    if (definition === undefined)
      throw configError(option, `${at} is not a zod 4 schema. Build it with z from "zod" 4.`);
    const reason = reasons[definition.type];
    if (reason !== undefined) throw configError(option, `${at} is ${reason}.`);
    // A lazy schema may refer to what is not defined yet; it is left to the first event.
    for (const [name, child] of Object.entries(definition.shape ?? {})) walk(child, `${at}.${name}`);
    for (const child of [definition.element, definition.valueType]) walk(child, `${at}[]`);
    for (const child of [definition.innerType, definition.left, definition.right]) walk(child, at);
    for (const child of [...(definition.options ?? []), ...(definition.items ?? [])]) walk(child, at);
  };
  walk(schema, 'data');
}
