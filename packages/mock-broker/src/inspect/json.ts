import { isUtf8 } from 'node:buffer';
import type { StoredRecord } from '../topics/read-records.ts';

/** Bytes as JSON can have them: text, or base64 where they are none. */
export type Told = string | null | { readonly base64: string };

/** A record with its bytes as JSON can have them. */
export function tellRecord({ key, value, headers, ...rest }: StoredRecord) {
  const told = headers.map((header) => ({ key: header.key, value: tell(header.value) }));
  return { ...rest, key: tell(key), value: tell(value), headers: told };
}

function tell(bytes: Buffer | null): Told {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
}
