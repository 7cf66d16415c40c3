import type { Field } from './field.ts';
import type { Fields } from './infer.ts';
import { spans } from './version-range.ts';

/** One version of one message, and whether its lengths are compact and its structs end in tagged fields (KIP-482). */
export interface Edition {
  readonly version: number;
  readonly flexible: boolean;
}

/** A struct's fields as one version sees them. */
export interface Layout {
  readonly plain: readonly Entry[];
  /** In order of their tags, as the wire wants them. */
  readonly tagged: readonly Entry[];
  readonly absent: readonly Entry[];
}

export type Entry = readonly [name: string, field: Field];

/** Sorts the fields of a struct into those in line, those behind tags and those not there. */
export function layOut(fields: Fields, { version }: Edition): Layout {
  const entries = Object.entries(fields);
  const present = entries.filter(([, field]) => spans(field.versions, version));
  return {
    plain: present.filter(([, field]) => !spans(field.tagged, version)),
    tagged: present.filter(([, field]) => spans(field.tagged, version)).sort(([, a], [, b]) => a.tag - b.tag),
    absent: entries.filter(([, field]) => !spans(field.versions, version)),
  };
}

/** Whether a field may be null in this version. */
export function isNullable(field: Field, { version }: Edition): boolean {
  return spans(field.nullable, version);
}

/** How the length of a value of this field is written. */
export function lengthForm(field: Field, { flexible }: Edition): 2 | 4 | 'compact' {
  if (flexible && field.compact) return 'compact';
  return field.type === 'string' ? 2 : 4;
}

/**
 * Compiles what gives a field's default: of arrays and structs a new one each time, so that no two messages share
 * one.
 */
export function compileDefault(field: Field): () => unknown {
  if (field.default === null) return () => null;
  if (field.type === 'array') return () => [];
  if (field.type !== 'struct') return () => field.default;
  const steps = Object.entries(field.fields as Fields).map(([name, inner]) => ({ name, fresh: compileDefault(inner) }));
  return () => {
    const struct: Record<string, unknown> = {};
    for (const { name, fresh } of steps) struct[name] = fresh();
    return struct;
  };
}

/** Whether writing this value or leaving the field out comes to the same. */
export function isDefault(field: Field, value: unknown): boolean {
  if (value === undefined) return true;
  if (value === null || field.default === null) return value === field.default;
  if (field.type === 'array') return (value as readonly unknown[]).length === 0;
  if (field.type === 'bytes' || field.type === 'records') return (value as Uint8Array).length === 0;
  if (field.type !== 'struct') return value === field.default;
  const struct = value as Record<string, unknown>;
  return Object.entries(field.fields as Fields).every(([name, inner]) => isDefault(inner, struct[name]));
}
