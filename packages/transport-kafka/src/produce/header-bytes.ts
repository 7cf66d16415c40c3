import type { Header } from '@eventstream/core';
import { varintBytes, writeVarint, zigzag } from './varint.ts';

/** Headers that every event of a contract shares: it makes them once and freezes them, so they are encoded once. */
const shared = new WeakMap<Header, Buffer>();

/** The encoded form of a frozen header, which can no longer change; nothing for others. */
export function sharedBytes(header: Header): Buffer | undefined {
  const known = shared.get(header);
  if (known !== undefined) return known;
  const [name, value] = header;
  if (!Object.isFrozen(header) || typeof value !== 'string') return undefined;
  const nameLength = Buffer.byteLength(name);
  const valueLength = Buffer.byteLength(value);
  const bytes = Buffer.allocUnsafeSlow(nameLength + valueLength + 2 * varintBytes);
  let at = writeVarint(bytes, 0, zigzag(nameLength));
  at += bytes.write(name, at);
  at = writeVarint(bytes, at, zigzag(valueLength));
  at += bytes.write(value, at);
  const exact = bytes.subarray(0, at);
  shared.set(header, exact);
  return exact;
}
