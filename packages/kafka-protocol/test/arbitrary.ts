import fc from 'fast-check';
import type { Field } from '../src/schema/field.ts';
import type { Fields } from '../src/schema/infer.ts';
import { compileDefault } from '../src/schema/layout.ts';
import { spans } from '../src/schema/version-range.ts';

const integer = (min: number, max: number) => fc.integer({ min, max });

const primitives: Record<Exclude<Field['type'], 'array' | 'struct'>, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int8: integer(-0x80, 0x7f),
  int16: integer(-0x8000, 0x7fff),
  uint16: integer(0, 0xffff),
  int32: integer(-0x8000_0000, 0x7fff_ffff),
  uint32: integer(0, 0xffff_ffff),
  int64: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  float64: fc.double(),
  string: fc.string({ unit: 'binary', maxLength: 60 }),
  uuid: fc.uuid(),
  bytes: fc.uint8Array({ maxLength: 20 }),
  records: fc.uint8Array({ maxLength: 20 }),
};

/** Any value one version of a message can carry; fields it lacks hold their defaults, as decoding gives them. */
export function anyMessage(fields: Fields, version: number): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(fields).map(([name, field]) => [name, anyValue(field, version)]);
  return fc.record(Object.fromEntries(entries));
}

function anyValue(field: Field, version: number): fc.Arbitrary<unknown> {
  if (!spans(field.versions, version)) return fc.constant(compileDefault(field)());
  const value = anyPresent(field, version);
  const orNull = spans(field.nullable, version) ? fc.option(value, { freq: 4 }) : value;
  // Defaults are worth trying often: a tagged field that holds one is not sent.
  return spans(field.tagged, version) ? fc.oneof(fc.constant(compileDefault(field)()), orNull) : orNull;
}

function anyPresent(field: Field, version: number): fc.Arbitrary<unknown> {
  if (field.type === 'struct') return anyMessage(field.fields as Fields, version);
  if (field.type === 'array') return fc.array(anyValue(field.element as Field, version), { maxLength: 3 });
  return primitives[field.type];
}
