/** What one broker has made up so far, under the names the script gave it: ids differ, what they stand for does not. */
export class Scene {
  /** The version the next request is sent in. */
  version = 0;
  readonly #kept = new Map<string, unknown>();

  keep(name: string, value: unknown): void {
    this.#kept.set(name, value);
  }

  /** A kept id or text; an id that nobody kept is one no broker knows. */
  text(name: string): string {
    return (this.#kept.get(name) as string | undefined) ?? `nobody-kept-${name}`;
  }

  uuid(name: string): string {
    return (this.#kept.get(name) as string | undefined) ?? '01234567-89ab-4cde-8f01-23456789abcd';
  }

  number(name: string): number {
    return (this.#kept.get(name) as number | undefined) ?? 424_242;
  }

  long(name: string): bigint {
    return (this.#kept.get(name) as bigint | undefined) ?? 424_242n;
  }

  /** The name under which a value was kept, for comparing what differs by nature. */
  nameOf(value: unknown): string | undefined {
    for (const [name, kept] of this.#kept) if (kept === value) return name;
    return undefined;
  }
}
