import type { AnyApi } from '@eventstream/kafka-protocol';

type Fields = AnyApi['request']['fields'];
type Field = Fields[string];
type Span = Field['versions'];

function spans({ from, to }: Span, version: number): boolean {
  return version >= from && version <= to;
}

/** The part of a request that a version can carry: fields it lacks are left out, as a client that speaks it would. */
export function fit(fields: Fields, version: number, value: Readonly<Record<string, unknown>>) {
  const unknown = Object.keys(value).find((name) => !(name in fields));
  if (unknown !== undefined) throw new Error(`A script gives a field "${unknown}", which no version of the API has.`);
  const entries = Object.entries(fields)
    .filter(([name, field]) => name in value && spans(field.versions, version))
    .map(([name, field]) => [name, fitValue(field, version, value[name])]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function fitValue(field: Field, version: number, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (field.type === 'array')
    return (value as unknown[]).map((item) => fitValue(field.element as Field, version, item));
  if (field.type === 'struct') return fit(field.fields as Fields, version, value as Record<string, unknown>);
  return value;
}

/** What the fields of a made-up request hold. */
export type Filling = {
  readonly text: string;
  readonly whole: number;
  readonly flag: boolean;
  readonly uuid: string;
  /** How many elements lists have. */
  readonly length: number;
  /** Whether fields that may be null are. */
  readonly nulls?: true;
};

/** A request of nothing but these values, as a version can carry it. */
export function fill(fields: Fields, version: number, filling: Filling): Record<string, unknown> {
  const carried = Object.entries(fields).filter(([, field]) => spans(field.versions, version));
  return Object.fromEntries(carried.map(([name, field]) => [name, fillValue(field, version, filling)]));
}

function fillValue(field: Field, version: number, filling: Filling): unknown {
  if (filling.nulls && spans(field.nullable, version)) return null;
  switch (field.type) {
    case 'bool':
      return filling.flag;
    case 'int64':
      return BigInt(filling.whole);
    case 'uint16':
    case 'uint32':
      return Math.abs(filling.whole);
    case 'string':
      return filling.text;
    case 'uuid':
      return filling.uuid;
    case 'bytes':
    case 'records':
      return new Uint8Array(0);
    case 'array':
      return Array.from({ length: filling.length }, () => fillValue(field.element as Field, version, filling));
    case 'struct':
      return fill(field.fields as Fields, version, filling);
    default:
      return filling.whole;
  }
}
