/** One origin's localStorage: the same data behind every page, and a quota of characters as browsers count it. */
export class StorageArea {
  readonly data = new Map<string, string>();
  quota = Number.POSITIVE_INFINITY;
  writes = 0;

  get used(): number {
    let used = 0;
    for (const [key, value] of this.data) used += key.length + value.length;
    return used;
  }
}

/** A page's `Storage` class and its `localStorage`: each page has a prototype of its own to patch. */
export function openFakeStorage(area: StorageArea): { Storage: typeof Storage; localStorage: Storage } {
  class FakeStorage {
    getItem(key: string): string | null {
      return area.data.get(key) ?? null;
    }
    setItem(key: string, value: string): void {
      const grown = area.used - (area.data.has(key) ? key.length + (area.data.get(key)?.length ?? 0) : 0);
      if (grown + key.length + value.length > area.quota) throw new DOMException('full', 'QuotaExceededError');
      area.writes += 1;
      area.data.set(key, value);
    }
    removeItem(key: string): void {
      area.data.delete(key);
    }
  }
  const localStorage = new Proxy(new FakeStorage(), {
    ownKeys: () => [...area.data.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      area.data.has(String(key))
        ? { configurable: true, enumerable: true, writable: true, value: area.data.get(String(key)) }
        : undefined,
  });
  return { Storage: FakeStorage as unknown as typeof Storage, localStorage: localStorage as unknown as Storage };
}
