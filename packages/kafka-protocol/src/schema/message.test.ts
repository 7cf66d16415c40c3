import { describe, expect, it } from 'vitest';
import { isProtocolError, ProtocolError } from '../protocol-error.ts';
import { api } from './api.ts';
import { array, bytes, int8, int16, int32, int64, string, struct, uuid } from './field.ts';

const example = api({
  key: 999,
  name: 'Example',
  versions: '0-3',
  flexible: '2+',
  request: {
    name: string(),
    since1: int32({ versions: '1+' }),
    until1: int16({ versions: '0-1', default: -1, ignorable: true }),
    items: array({ id: int32(), note: string({ nullable: '1+', default: null }) }),
    tagged: struct({ a: int8(), b: int64({ default: -1n }) }, { versions: '2+', tag: 1 }),
    first: string({ versions: '3+', tag: 0, default: 'x' }),
    blob: bytes({ nullable: '3+' }),
  },
  response: { id: uuid() },
});
const { request, response } = example;

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const minimal = { name: 'n', items: [], blob: bytesOf('') };

function failure(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    if (isProtocolError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('encoding', () => {
  it('uses defaults for what is not given', () => {
    expect(request.encode(0, minimal)).toEqual(bytesOf('00016e ffff 00000000 00000000'));
    expect(request.encode(3, minimal)).toEqual(bytesOf('026e 00000000 01 01 00'));
  });

  it('sends tagged fields in order of their tags, and only when they are not the default', () => {
    const value = { ...minimal, tagged: { a: 1, b: 2n }, first: 'y' };
    const first = '00 02 0279';
    const tagged = '01 0a 01 0000000000000002 00';
    expect(request.encode(3, value)).toEqual(bytesOf(`026e 00000000 01 01 02 ${first} ${tagged}`));
  });

  it('does not lose a value silently', () => {
    const error = failure(() => request.encode(0, { ...minimal, since1: 5 }));
    expect(error).toMatchObject({ code: 'field_not_in_version', path: 'since1' });
    expect(error.message).toBe(
      'since1: version 0 cannot carry this field (it is in 1+); leave it out or use such a version',
    );
  });

  it('loses it where the protocol says that is fine, or where it is the default anyway', () => {
    expect(() => request.encode(2, { ...minimal, until1: 5 })).not.toThrow();
    expect(() => request.encode(0, { ...minimal, since1: 0 })).not.toThrow();
  });

  it.each([
    ['nothing where there is no default', { name: undefined }, 'missing_field', 'name'],
    ['null where the version has none', { name: null }, 'unexpected_null', 'name'],
    ['a number as text', { name: 5 }, 'invalid_value', 'name'],
    ['too much text', { name: 'x'.repeat(40_000) }, 'too_large', 'name'],
    ['an integer out of range', { items: [{ id: 2 ** 31, note: '' }] }, 'invalid_value', 'items[].id'],
    ['a fraction as integer', { items: [{ id: 1.5, note: '' }] }, 'invalid_value', 'items[].id'],
    ['text as array', { items: 'many' }, 'invalid_value', 'items'],
    ['null inside an array', { items: [{ id: 1, note: null }] }, 'unexpected_null', 'items[].note'],
    ['numbers as bytes', { blob: [1, 2] }, 'invalid_value', 'blob'],
  ])('refuses %s', (_, wrong, code, path) => {
    expect(failure(() => request.encode(0, { ...minimal, ...wrong }))).toMatchObject({ code, path });
  });

  it('refuses a uuid that is none', () => {
    expect(failure(() => response.encode(0, { id: 'abc' }))).toMatchObject({ code: 'invalid_value', path: 'id' });
  });
});

describe('decoding', () => {
  it('fills in what the version lacks', () => {
    expect(request.decode(0, request.encode(0, minimal))).toEqual({
      ...minimal,
      since1: 0,
      until1: -1,
      tagged: { a: 0, b: -1n },
      first: 'x',
    });
  });

  it('gives no two messages the same default', () => {
    const one = request.decode(0, request.encode(0, minimal)) as { tagged: object };
    const other = request.decode(0, request.encode(0, minimal)) as { tagged: object };
    expect(one.tagged).not.toBe(other.tagged);
  });

  it('skips tags it does not know', () => {
    const plain = '026e 00000000 01 01';
    expect(request.decode(3, bytesOf(`${plain} 01 2a 03 ffffff`))).toMatchObject({ first: 'x' });
  });

  it('refuses a tagged field that is longer than its value', () => {
    const plain = '026e 00000000 01 01';
    const error = failure(() => request.decode(3, bytesOf(`${plain} 01 00 03 0279ff`)));
    expect(error).toMatchObject({ code: 'malformed', path: 'first', message: 'first: 1 bytes are left over' });
  });

  it('does not allocate what two thousand million announced elements would take', () => {
    const error = failure(() => request.decode(0, bytesOf('00016e ffff 7fffffff 0000')));
    expect(error).toMatchObject({ code: 'truncated', path: 'items' });
    expect(error.message).toBe('items: 2147483647 elements are announced, 2 bytes hold at most 0');
  });

  it.each([
    ['ffff', 'unexpected_null', 'name'],
    ['fffe', 'malformed', 'name'],
    ['00016e ffff 00000001 00000001 ffff', 'unexpected_null', 'items[].note'],
  ])('says what is wrong with %s and where', (hex, code, path) => {
    expect(failure(() => request.decode(0, bytesOf(hex)))).toMatchObject({ code, path });
  });
});

it.each([-1, 4, 1.5, Number.NaN])('refuses version %d by name', (version) => {
  const error = failure(() => request.decode(version, bytesOf('')));
  expect(error).toMatchObject({ code: 'unsupported_version' });
  expect(error.message).toBe(`Example request has versions 0 to 3, not ${version}`);
});

it('errors of another copy of the package are known by their brand', () => {
  const foreign = { [Symbol.for('@eventstream/kafka-protocol/ProtocolError')]: true };
  expect(isProtocolError(foreign)).toBe(true);
  expect(isProtocolError(new Error('truncated'))).toBe(false);
  expect(new ProtocolError('truncated', 'x', { cause: foreign }).cause).toBe(foreign);
});
