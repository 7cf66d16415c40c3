/** What {@link guardData} found. */
export interface DataTrouble {
  readonly reason: 'too-many-keys' | 'forbidden-key';
  readonly detail: readonly { readonly path: string; readonly message: string }[];
}

/**
 * What schemas do not see: floods of keys, and keys that become prototypes once somebody merges objects. The caller has
 * bounded the depth, so recursion is safe.
 */
export function guardData(data: unknown, limit: number): DataTrouble | undefined {
  let keys = 0;
  let forbidden = false;
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || forbidden) return;
    if (Array.isArray(value)) {
      for (const element of value) walk(element);
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      keys += 1;
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(child))) forbidden = true;
      walk(child);
    }
  };
  walk(data);
  if (forbidden) return trouble('forbidden-key', 'has a key "__proto__" or "constructor.prototype", which is refused');
  if (keys > limit) return trouble('too-many-keys', `has ${keys} keys; the limit is ${limit}`);
  return undefined;
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

function trouble(reason: DataTrouble['reason'], message: string): DataTrouble {
  return { reason, detail: [{ path: 'data', message }] };
}
