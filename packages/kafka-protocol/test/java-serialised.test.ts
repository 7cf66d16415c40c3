import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apiByKey, crc32c } from '../src/index.ts';
import type { Field } from '../src/schema/field.ts';
import type { Fields } from '../src/schema/infer.ts';
import { compileDefault } from '../src/schema/layout.ts';
import type { Message } from '../src/schema/message.ts';
import { spans } from '../src/schema/version-range.ts';

/**
 * What Kafka's own Java classes wrote, for every message in every version. Each value is derived from its field's
 * name, so a field
 * of a wrong name, type, order or version gives other bytes.
 */
const { vectors } = JSON.parse(readFileSync(new URL('captures/java-serialised.json', import.meta.url), 'utf8')) as {
  vectors: Record<string, Record<string, Record<Variant, string>>>;
};

type Variant = 'full' | 'bare';

const encodeName = (name: string) => new TextEncoder().encode(name);

function fromName(type: Field['type'], name: string): unknown {
  const hash = crc32c(encodeName(name));
  const hex = hash.toString(16).padStart(8, '0');
  const values: Partial<Record<Field['type'], unknown>> = {
    bool: true,
    int8: (hash << 24) >> 24,
    int16: (hash << 16) >> 16,
    uint16: hash & 0xffff,
    int32: hash | 0,
    uint32: hash,
    int64: BigInt.asIntN(64, (BigInt(hash) << 32n) | BigInt(hash)),
    float64: Number((hash / 1024).toFixed(6)),
    string: name,
    uuid: [hex, hex.slice(0, 4), hex.slice(4), hex.slice(0, 4), hex.slice(4) + hex].join('-'),
    bytes: encodeName(name),
    records: encodeName(name),
  };
  return values[type];
}

interface Wanted {
  readonly version: number;
  readonly variant: Variant;
}

function messageFromNames(fields: Fields, wanted: Wanted): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueFromName(name, field, wanted)]));
}

function valueFromName(name: string, field: Field, wanted: Wanted): unknown {
  const { version, variant } = wanted;
  const left = !spans(field.versions, version) || (variant === 'bare' && spans(field.tagged, version));
  if (left) return compileDefault(field)();
  if (variant === 'bare' && spans(field.nullable, version)) return null;
  if (field.type === 'struct') return messageFromNames(field.fields as Fields, wanted);
  if (field.type !== 'array') return fromName(field.type, name);
  return variant === 'bare' ? [] : [valueFromName(name, field.element as Field, wanted)];
}

const cases = Object.entries(vectors).flatMap(([name, versions]) => {
  const [key, direction] = name.split(' ') as [string, 'request' | 'response'];
  const message = apiByKey(Number(key))?.[direction] as Message;
  return Object.entries(versions).flatMap(([version, variants]) =>
    (['full', 'bare'] as const).map((variant) => ({
      label: `${message.head.name} v${version}, ${variant}`,
      message,
      version: Number(version),
      variant,
      bytes: Uint8Array.from(Buffer.from(variants[variant], 'hex')),
    })),
  );
});

describe.each(cases)('$label', ({ message, version, variant, bytes }) => {
  const value = messageFromNames(message.fields, { version, variant });

  it('is written as Java writes it', () => {
    expect(message.encode(version, value)).toEqual(bytes);
  });

  it('is read from what Java wrote', () => {
    expect(message.decode(version, bytes)).toEqual(value);
  });
});
