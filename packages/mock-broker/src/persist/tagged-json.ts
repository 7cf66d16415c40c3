/**
 * JSON that also keeps big integers, maps and bytes, each as an object with one key that no object of ours has. Names that
 * users choose are keys of maps only, so nobody can write one of these by accident.
 */
export function toTaggedJson(value: unknown): string {
  return JSON.stringify(value, tag);
}

/** @throws SyntaxError when it is no JSON */
export function fromTaggedJson(text: string): unknown {
  return JSON.parse(text, untag);
}

/** `this` has the value as it was: buffers come in here after they were made JSON of. */
function tag(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $n: String(value) };
  if (value instanceof Map) return { $m: [...value] };
  const original = (this as Readonly<Record<string, unknown>>)[key];
  return original instanceof Uint8Array ? { $b: Buffer.from(original).toString('base64') } : value;
}

function untag(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$n' in value) return BigInt(value.$n as string);
  if ('$m' in value) return new Map(value.$m as [unknown, unknown][]);
  return '$b' in value ? Buffer.from(value.$b as string, 'base64') : value;
}
