import type { Reader } from '../primitives/reader.ts';
import { locate, ProtocolError } from '../protocol-error.ts';
import type { Field } from './field.ts';
import type { Fields } from './infer.ts';
import { compileDefault, type Edition, isNullable, layOut, lengthForm } from './layout.ts';
import { smallestSize } from './smallest-size.ts';

/** Reads one value. Made once per version, so that no version is compared while a message is read. */
export type Decode = (reader: Reader) => unknown;

/** Elements of zero bytes cost the sender nothing, so their count alone must be bounded. */
const MAX_EMPTY_ELEMENTS = 65_536;

/**
 * Compiles the reader of a message or struct for one version.
 *
 * Every name is set in its declared order, those the version lacks to their defaults, so that all versions give
 * objects of one shape.
 */
export function compileDecode(fields: Fields, edition: Edition): Decode {
  const { plain, tagged } = layOut(fields, edition);
  const inLine = new Set(plain.map(([name]) => name));
  const steps = Object.entries(fields).map(([name, field]) => ({
    name,
    decode: inLine.has(name) ? decodeField(field, edition) : compileDefault(field),
  }));
  const byTag = new Map(tagged.map(([name, field]) => [field.tag, { name, decode: decodeField(field, edition) }]));

  return (reader) => {
    const struct: Record<string, unknown> = {};
    let at = '';
    try {
      for (const { name, decode } of steps) {
        at = name;
        struct[name] = decode(reader);
      }
    } catch (error) {
      throw locate(error, at);
    }
    if (edition.flexible) readTags(reader, byTag, struct);
    return struct;
  };
}

interface Step {
  readonly name: string;
  readonly decode: Decode;
}

type Steps = ReadonlyMap<number, Step>;

/** A tag of a newer peer is skipped: that is what tags are for. */
function readTags(reader: Reader, steps: Steps, struct: Record<string, unknown>): void {
  for (let left = reader.uvarint(); left > 0; left--) {
    const tag = reader.uvarint();
    const size = reader.uvarint();
    const step = steps.get(tag);
    if (step === undefined) reader.take(size);
    else struct[step.name] = decodeTagged(reader, size, step);
  }
}

function decodeTagged(reader: Reader, size: number, { name, decode }: Step): unknown {
  try {
    return reader.within(size, () => decode(reader));
  } catch (error) {
    throw locate(error, name);
  }
}

function decodeField(field: Field, edition: Edition): Decode {
  switch (field.type) {
    case 'string':
    case 'bytes':
    case 'records':
    case 'array':
      return decodeSized(field, edition);
    case 'struct':
      return decodeStruct(field, edition);
    default: {
      const { type } = field;
      return (reader) => reader[type]();
    }
  }
}

function decodeSized(field: Field, edition: Edition): Decode {
  const form = lengthForm(field, edition);
  const nullable = isNullable(field, edition);
  const decode = decodeOfLength(field, edition);
  return (reader) => {
    const length = reader.length(form);
    if (length >= 0) return decode(reader, length);
    if (nullable) return null;
    throw new ProtocolError('unexpected_null', `null, which version ${edition.version} does not allow here`);
  };
}

function decodeOfLength(field: Field, edition: Edition): (reader: Reader, length: number) => unknown {
  if (field.type === 'string') return (reader, length) => reader.text(length);
  if (field.type !== 'array') return (reader, length) => reader.slice(length);
  const element = field.element as Field;
  const decode = decodeField(element, edition);
  const size = smallestSize(element, edition);
  return (reader, length) => {
    assertPlausible(reader, length, size);
    const values: unknown[] = [];
    try {
      while (values.length < length) values.push(decode(reader));
    } catch (error) {
      throw locate(error, '[]');
    }
    return values;
  };
}

/** A count of two thousand million in a frame of twenty bytes must fail before anything is allocated. */
function assertPlausible(reader: Reader, count: number, size: number): void {
  const most = size === 0 ? MAX_EMPTY_ELEMENTS : Math.floor(reader.remaining / size);
  if (count <= most) return;
  throw new ProtocolError(
    'truncated',
    `${count} elements are announced, ${reader.remaining} bytes hold at most ${most}`,
  );
}

/** A nullable struct has one byte in front, -1 for null. */
function decodeStruct(field: Field, edition: Edition): Decode {
  const decode = compileDecode(field.fields as Fields, edition);
  if (!isNullable(field, edition)) return decode;
  return (reader) => (reader.int8() < 0 ? null : decode(reader));
}
