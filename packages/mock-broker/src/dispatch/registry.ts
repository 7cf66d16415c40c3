import type { ApiDefinition } from './define-api.ts';

/** The APIs a broker serves, by key: ApiVersions, the version gate and fault names all come from here. */
export class Registry {
  readonly #byKey: ReadonlyMap<number, ApiDefinition>;

  constructor(definitions: readonly ApiDefinition[]) {
    this.#byKey = new Map(definitions.map((definition) => [definition.message.key, definition]));
  }

  get(key: number): ApiDefinition | undefined {
    return this.#byKey.get(key);
  }

  /** In key order. */
  list(): ApiDefinition[] {
    return [...this.#byKey.values()].sort((one, other) => one.message.key - other.message.key);
  }
}
