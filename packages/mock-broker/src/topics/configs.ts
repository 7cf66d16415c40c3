import type { ConfigDefinition, ConfigType } from './config-definitions.ts';

/** One entry as DescribeConfigs shows it. */
export type ConfigEntry = {
  readonly definition: ConfigDefinition;
  readonly value: string | null;
  /** Where the value comes from: set here, taken from further up, or Kafka's default. */
  readonly origin: 'own' | 'inherited' | 'default';
};

/** What is wrong with a name and value, or `undefined` when they are fine. */
export type ConfigComplaint =
  | { readonly error: 'INVALID_CONFIG' | 'INVALID_REQUEST'; readonly message: string }
  | undefined;

/** A value from further up, where a set has none of its own; `undefined` when there is none either. */
export type Inherited = (name: string) => string | undefined;

/** Values set over a table of definitions: the configs of one topic or broker. */
export class ConfigSet {
  readonly #definitions: ReadonlyMap<string, ConfigDefinition>;
  readonly #inherited: Inherited;
  /** Never changed, only replaced: who was given it can tell by that whether something has changed. */
  #values: ReadonlyMap<string, string> = new Map();

  constructor(
    definitions: readonly ConfigDefinition[],
    initial: Readonly<Record<string, string>> = {},
    inherited: Inherited = () => undefined,
  ) {
    this.#inherited = inherited;
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]));
    this.replaceAll(new Map(Object.entries(initial)));
  }

  /** Why `value` cannot be the value of `name`; checked before anything is set, so a request applies wholly or not. */
  complain(name: string, value: string | null): ConfigComplaint {
    const definition = this.definition(name);
    if (!definition) return invalid(`Unknown config name: ${name}`);
    if (value === null) return invalid(`Null value not supported for: ${name}`);
    return fits(definition, value) ? undefined : invalid(`Invalid value ${value} for configuration ${name}`);
  }

  /** What a config is; `undefined` when clients know none of that name. */
  definition(name: string): ConfigDefinition | undefined {
    const definition = this.#definitions.get(name);
    return definition?.isHidden ? undefined : definition;
  }

  get(name: string): string {
    return this.chosen(name) ?? this.#definitions.get(name)?.default ?? '';
  }

  /** The value that somebody gave, here or further up; `undefined` where Kafka's default stands. */
  chosen(name: string): string | undefined {
    return this.explicit(name) ?? this.#inherited(name);
  }

  /** The value that was set here; `undefined` when none was. */
  explicit(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** All values that were set here; another map after each change. */
  own(): ReadonlyMap<string, string> {
    return this.#values;
  }

  number(name: string): number {
    return Number(this.get(name));
  }

  list(name: string): string[] {
    return this.get(name)
      .split(',')
      .map((part) => part.trim());
  }

  set(name: string, value: string): void {
    this.#values = new Map([...this.#values, [name, value]]);
  }

  unset(name: string): void {
    this.#values = new Map([...this.#values].filter(([other]) => other !== name));
  }

  /** AlterConfigs names the whole set: what it leaves out goes back to the default. */
  replaceAll(values: ReadonlyMap<string, string>): void {
    this.#values = new Map(values);
  }

  entries(): ConfigEntry[] {
    const shown = [...this.#definitions.values()].filter(({ isHidden }) => !isHidden);
    return shown.map((definition) => ({
      definition,
      value: this.chosen(definition.name) ?? definition.default,
      origin: this.#originOf(definition.name),
    }));
  }

  #originOf(name: string): ConfigEntry['origin'] {
    if (this.#values.has(name)) return 'own';
    return this.#inherited(name) === undefined ? 'default' : 'inherited';
  }
}

function invalid(message: string): ConfigComplaint {
  return { error: 'INVALID_CONFIG', message };
}

const bits: Partial<Record<ConfigType, number>> = { short: 16, int: 32, long: 64 };

function fits(definition: ConfigDefinition, value: string): boolean {
  const { type, values } = definition;
  if (type === 'list') return itemsOf(value).every((item) => isItem(definition, item));
  if (values) return values.includes(value);
  if (type === 'boolean') return value === 'true' || value === 'false';
  if (type === 'int' || type === 'short' || type === 'long') return isWhole(definition, value);
  if (type === 'double') return value !== '' && inRange(definition, Number(value));
  return true;
}

function itemsOf(list: string): string[] {
  return list === '' ? [] : list.split(',').map((item) => item.trim());
}

function isItem({ values, items }: ConfigDefinition, item: string): boolean {
  return (values?.includes(item) ?? true) && (items?.test(item) ?? true);
}

function isWhole(definition: ConfigDefinition, value: string): boolean {
  if (!/^-?\d+$/.test(value)) return false;
  return (
    BigInt.asIntN(bits[definition.type] ?? 64, BigInt(value)) === BigInt(value) && inRange(definition, Number(value))
  );
}

function inRange({ min = -Infinity, max = Infinity }: ConfigDefinition, value: number): boolean {
  return value >= min && value <= max;
}
