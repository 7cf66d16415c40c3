import { Writer } from '../primitives/writer.ts';
import { locate, ProtocolError } from '../protocol-error.ts';
import { check, type PrimitiveChecks } from './check.ts';
import type { Field } from './field.ts';
import type { Fields } from './infer.ts';
import { compileDefault, type Edition, type Entry, isDefault, isNullable, layOut, lengthForm } from './layout.ts';

/** Writes one value. Made once per version. */
export type Encode = (writer: Writer, value: unknown) => void;

type Struct = Readonly<Record<string, unknown>>;

/** Compiles the writer of a message or struct for one version. */
export function compileEncode(fields: Fields, edition: Edition): Encode {
  const { plain, tagged, absent } = layOut(fields, edition);
  const steps = plain.map((entry) => step(entry, edition));
  const tags = tagged.map((entry) => step(entry, edition));
  const mustBeDefault = absent.filter(([, field]) => !field.ignorable);

  return (writer, value) => {
    const given = check.struct(value) as Struct;
    for (const entry of mustBeDefault) assertLosesNothing(entry, given, edition);
    encodeSteps(writer, steps, given);
    if (edition.flexible) writeTags(writer, tags, given);
  };
}

interface Step {
  readonly name: string;
  readonly field: Field;
  readonly encode: Encode;
}

function step([name, field]: Entry, edition: Edition): Step {
  return { name, field, encode: encodeField(field, edition) };
}

function encodeSteps(writer: Writer, steps: readonly Step[], given: Struct): void {
  let at = '';
  try {
    for (const { name, field, encode } of steps) {
      at = name;
      encode(writer, given[name] ?? defaultOf(field, given[name]));
    }
  } catch (error) {
    throw locate(error, at);
  }
}

function defaultOf(field: Field, value: null | undefined): unknown {
  if (value === null) return null;
  if (!field.required) return compileDefault(field)();
  throw new ProtocolError('missing_field', 'no value was given and the protocol has no default');
}

function assertLosesNothing([name, field]: Entry, struct: Struct, { version }: Edition): void {
  if (isDefault(field, struct[name])) return;
  const { from, to } = field.versions;
  const range = to === Number.POSITIVE_INFINITY ? `${from}+` : `${from}-${to}`;
  const reason = `version ${version} cannot carry this field (it is in ${range}); leave it out or use such a version`;
  throw new ProtocolError('field_not_in_version', reason, { path: name });
}

/** Tagged fields that hold their default are not sent. */
function writeTags(writer: Writer, steps: readonly Step[], struct: Struct): void {
  const sent = steps.filter(({ name, field }) => !isDefault(field, struct[name]));
  writer.uvarint(sent.length);
  for (const { name, field, encode } of sent) {
    const bytes = encodeTagged(name, encode, struct[name]);
    writer.uvarint(field.tag);
    writer.uvarint(bytes.length);
    writer.raw(bytes);
  }
}

function encodeTagged(name: string, encode: Encode, value: unknown): Uint8Array {
  const writer = new Writer(64);
  try {
    encode(writer, value);
  } catch (error) {
    throw locate(error, name);
  }
  return writer.finish();
}

function encodeField(field: Field, edition: Edition): Encode {
  switch (field.type) {
    case 'string':
    case 'bytes':
    case 'records':
    case 'array':
      return encodeSized(field, edition);
    case 'struct':
      return encodeStruct(field, edition);
    default:
      return encodeFixed(field.type);
  }
}

function encodeFixed(type: keyof PrimitiveChecks): Encode {
  const checked = check[type] as (value: unknown) => never;
  return (writer, value) => writer[type](checked(value));
}

function encodeSized(field: Field, edition: Edition): Encode {
  const form = lengthForm(field, edition);
  const nullable = isNullable(field, edition);
  const encode = encodeWithLength(field, edition);
  return (writer, value) => {
    if (value !== null) encode(writer, value);
    else if (nullable) writer.length(-1, form);
    else throw new ProtocolError('unexpected_null', `null, which version ${edition.version} does not allow here`);
  };
}

function encodeWithLength(field: Field, edition: Edition): Encode {
  const form = lengthForm(field, edition);
  if (field.type === 'string') return (writer, value) => writer.text(check.string(value), form === 2 ? 2 : 'compact');
  if (field.type === 'array') return encodeArray(field, edition);
  const isRecords = field.type === 'records';
  return (writer, value) => {
    const bytes = check.bytes(value);
    writer.length(bytes.length, form);
    if (isRecords) writer.attach(bytes);
    else writer.raw(bytes);
  };
}

function encodeArray(field: Field, edition: Edition): Encode {
  const form = lengthForm(field, edition);
  const encode = encodeField(field.element as Field, edition);
  return (writer, value) => {
    const values = check.array(value);
    writer.length(values.length, form);
    try {
      for (const element of values) encode(writer, element);
    } catch (error) {
      throw locate(error, '[]');
    }
  };
}

function encodeStruct(field: Field, edition: Edition): Encode {
  const encode = compileEncode(field.fields as Fields, edition);
  if (!isNullable(field, edition)) return encode;
  return (writer, value) => {
    writer.int8(value === null ? -1 : 1);
    if (value !== null) encode(writer, value);
  };
}
