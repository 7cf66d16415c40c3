import { zeroUuid } from '../primitives/uuid.ts';
import type { ElementTypes, Fields, FieldTypes, StructTypes, TypesOf } from './infer.ts';
import { allVersions, noVersions, parseRange, type VersionRange, type VersionSpan } from './version-range.ts';

/** The types of the wire that stand alone. */
export type PrimitiveType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float64'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'records';

/** What may be said about a field besides its type. All of it are facts of the protocol. */
export interface FieldOptions<Default = unknown> {
  /** The versions that carry the field. Default: all of its message. */
  readonly versions?: VersionRange;
  /** The versions in which it may be null. Default: none. */
  readonly nullable?: VersionRange;
  /** Its value when not given or not carried. Default: the zero of its type. */
  readonly default?: Default | null;
  /** Its number among the tagged fields (KIP-482). */
  readonly tag?: number;
  /** The versions in which it is tagged. Default: all that carry it, if it has a tag. */
  readonly tagged?: VersionRange;
  /** Whether a version without the field may lose its value without a word. */
  readonly ignorable?: true;
  /** Keeps the old length prefix in flexible versions, as the client id in headers does. */
  readonly compact?: false;
}

/** One field as data. `types` exists for the compiler alone. */
export interface Field<Types extends FieldTypes = FieldTypes> {
  readonly type: PrimitiveType | 'array' | 'struct';
  readonly versions: VersionSpan;
  readonly nullable: VersionSpan;
  readonly tag: number;
  readonly tagged: VersionSpan;
  readonly ignorable: boolean;
  readonly compact: boolean;
  /** Whether encoding needs a value: it has no default of its own and all versions carry it. */
  readonly required: boolean;
  readonly default: unknown;
  /** Of an array. */
  readonly element?: Field;
  /** Of a struct. */
  readonly fields?: Fields;
  readonly types?: Types;
}

const zeros: Record<Field['type'], unknown> = {
  bool: false,
  int8: 0,
  int16: 0,
  uint16: 0,
  int32: 0,
  uint32: 0,
  int64: 0n,
  float64: 0,
  string: '',
  uuid: zeroUuid,
  bytes: new Uint8Array(0),
  records: null,
  array: [],
  struct: undefined,
};

type Extra = Pick<Field, 'element' | 'fields'>;

function field<Types extends FieldTypes>(type: Field['type'], options: FieldOptions = {}, extra: Extra = {}) {
  const versions = options.versions === undefined ? allVersions : parseRange(options.versions);
  const required = options.versions === undefined && options.default === undefined && options.tag === undefined;
  const untagged = options.tag === undefined;
  const made: Field<Types> = {
    type,
    versions,
    nullable: options.nullable === undefined ? noVersions : parseRange(options.nullable),
    tag: options.tag ?? -1,
    tagged: untagged ? noVersions : options.tagged === undefined ? versions : parseRange(options.tagged),
    ignorable: options.ignorable ?? false,
    compact: options.compact ?? true,
    required,
    default: options.default === undefined ? zeros[type] : options.default,
    ...extra,
  };
  return made;
}

type NoOptions = Record<never, never>;

/** Declares a field of one primitive type; the compiler keeps from the options whether it may be null or left out. */
type Declare<Value> = <const Options extends FieldOptions<Value> = NoOptions>(
  options?: Options,
) => Field<TypesOf<Value, Value, Options>>;

function primitive<Value>(type: PrimitiveType): Declare<Value> {
  return (options) => field(type, options);
}

export const bool = primitive<boolean>('bool');
export const int8 = primitive<number>('int8');
export const int16 = primitive<number>('int16');
export const uint16 = primitive<number>('uint16');
export const int32 = primitive<number>('int32');
export const uint32 = primitive<number>('uint32');
export const int64 = primitive<bigint>('int64');
export const float64 = primitive<number>('float64');
export const string = primitive<string>('string');
export const uuid = primitive<string>('uuid');
export const bytes = primitive<Uint8Array>('bytes');
/** Record batches, kept as bytes. */
export const records = primitive<Uint8Array>('records');

/** A list of one primitive, or of the struct whose fields are given. */
export function array<Element extends Field | Fields, const Options extends FieldOptions<readonly []> = NoOptions>(
  element: Element,
  options?: Options,
): Field<TypesOf<ElementTypes<Element>['value'][], readonly ElementTypes<Element>['input'][], Options>> {
  return field('array', options, { element: isField(element) ? element : struct(element) });
}

/** Fields inside a field. */
export function struct<Inner extends Fields, const Options extends FieldOptions<never> = NoOptions>(
  fields: Inner,
  options?: Options,
): Field<TypesOf<StructTypes<Inner>['value'], StructTypes<Inner>['input'], Options>> {
  return field('struct', options, { fields });
}

/** A struct has only fields as members, so a `type` that is text gives a field away. */
function isField(element: Field | Fields): element is Field {
  return typeof (element as Field).type === 'string';
}
