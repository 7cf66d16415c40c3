import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiByKey, apiByName, apiList, isProtocolError, messages } from '../src/index.ts';
import type { Message } from '../src/schema/message.ts';
import { anyMessage } from './arbitrary.ts';

/** More in a nightly run: PROPERTY_RUNS=1000. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 20);

const cases = apiList.flatMap((api) => {
  const versions = Array.from(
    { length: api.versions.to - api.versions.from + 1 },
    (_, index) => api.versions.from + index,
  );
  return versions.flatMap((version) => [
    { label: `${api.request.head.name} v${version}`, message: api.request as Message, version },
    { label: `${api.response.head.name} v${version}`, message: api.response as Message, version },
  ]);
});

/** Decodes what may be damaged; anything but a ProtocolError goes through. */
function tryDecode(message: Message, version: number, bytes: Uint8Array): unknown {
  try {
    return message.decode(version, bytes);
  } catch (error) {
    if (isProtocolError(error)) return error;
    throw error;
  }
}

describe.each(cases)('$label', ({ message, version }) => {
  const any = anyMessage(message.fields, version);

  it('is read back as it was written, byte for byte when written again', () => {
    fc.assert(
      fc.property(any, (value) => {
        const bytes = message.encode(version, value);
        const decoded = message.decode(version, bytes);
        expect(decoded).toEqual(value);
        expect(message.encode(version, decoded)).toEqual(bytes);
      }),
      { numRuns },
    );
  });

  it('ends in a ProtocolError when cut off anywhere', () => {
    fc.assert(
      fc.property(any, fc.nat(), (value, cut) => {
        const bytes = message.encode(version, value);
        if (bytes.length === 0) return;
        expect(tryDecode(message, version, bytes.subarray(0, cut % bytes.length))).toSatisfy(isProtocolError);
      }),
      { numRuns },
    );
  });

  it('survives any damage with a value or a ProtocolError', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(any, damage, (value, changes) => {
        const bytes = message.encode(version, value);
        for (const [at, byte] of changes) bytes[at % Math.max(1, bytes.length)] = byte;
        expect(() => tryDecode(message, version, bytes)).not.toThrow();
      }),
      { numRuns },
    );
  });
});

describe('the registry', () => {
  it('holds every message file, in key order', () => {
    const files = readdirSync(new URL('../src/messages', import.meta.url)).filter((name) => /^\d/.test(name));
    expect(apiList.map(({ key }) => key)).toEqual(files.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b));
  });

  it('finds an API by key and by name', () => {
    expect(apiByKey(11)).toBe(messages.joinGroup);
    expect(apiByName('JoinGroup')).toBe(messages.joinGroup);
    expect(apiByKey(999)).toBeUndefined();
    // @ts-expect-error: not a name of the protocol
    expect(() => apiByName('JoinGroups')).toThrow(/no API is called "JoinGroups"/);
  });
});
