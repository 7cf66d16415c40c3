import { ProtocolError } from '../protocol-error.ts';

function integer(min: number, max: number): (value: unknown) => number {
  return (value) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw invalid(value, `an integer from ${min} to ${max}`);
  };
}

function invalid(value: unknown, wanted: string): ProtocolError {
  const shown = typeof value === 'object' && value !== null ? 'an object' : `${typeof value} ${String(value)}`;
  return new ProtocolError('invalid_value', `${shown} was given, ${wanted} is needed`);
}

function int64(value: unknown): bigint {
  if (typeof value === 'bigint' && value === BigInt.asIntN(64, value)) return value;
  throw invalid(value, 'a bigint of 64 bits');
}

function bool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(value, 'true or false');
}

function float64(value: unknown): number {
  if (typeof value === 'number') return value;
  throw invalid(value, 'a number');
}

function string(value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(value, 'text');
}

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw invalid(value, 'a Uint8Array');
}

function array(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(value, 'an array');
}

function struct(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw invalid(value, 'an object');
}

const primitives = {
  bool,
  int8: integer(-0x80, 0x7f),
  int16: integer(-0x8000, 0x7fff),
  uint16: integer(0, 0xffff),
  int32: integer(-0x8000_0000, 0x7fff_ffff),
  uint32: integer(0, 0xffff_ffff),
  int64,
  float64,
  uuid: string,
};

/** The wire types of a fixed size. */
export type PrimitiveChecks = typeof primitives;

/** Gives the value back typed, or throws `invalid_value`: a DataView would wrap 70000 to 4464 without a word. */
export const check = { ...primitives, string, bytes, array, struct };
