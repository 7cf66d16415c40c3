import { createHash } from 'node:crypto';
import { type ScramCredential, type ScramMechanism, saltPassword, toCredential } from './sasl/scram-keys.ts';

/** A mechanism that passwords are for. */
export type PasswordMechanism = 'PLAIN' | ScramMechanism;

/** A user of the cluster. */
export type UserOptions = {
  readonly password: string;
  /** With which mechanisms the password works. Default: all. */
  readonly mechanisms?: readonly PasswordMechanism[];
  /** SCRAM's work factor. Default 4096, the least a real broker takes. */
  readonly iterations?: number;
};

const DEFAULT_ITERATIONS = 4096;
const allMechanisms: readonly PasswordMechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];

type User = { readonly options: UserOptions | undefined; readonly scram: Map<ScramMechanism, ScramCredential> };

/** All users at one moment. */
export type SavedUsers = ReadonlyMap<
  string,
  { readonly options: UserOptions | undefined; readonly scram: ReadonlyMap<ScramMechanism, ScramCredential> }
>;

/** Who may authenticate: the users of the options, and SCRAM credentials that clients stored (KIP-554). */
export class Users {
  readonly #users = new Map<string, User>();
  readonly #seed: number;
  #revision = 0;

  constructor(given: Readonly<Record<string, UserOptions>>, seed: number) {
    this.#seed = seed;
    for (const [name, options] of Object.entries(given)) this.#users.set(name, { options, scram: new Map() });
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether `password` is that of a user who may use PLAIN. */
  passwordMatches(name: string, password: string): boolean {
    const options = this.#users.get(name)?.options;
    return options !== undefined && takes(options, 'PLAIN') && options.password === password;
  }

  /** What SCRAM needs to know of a user; made from the password when first asked for, as that takes milliseconds. */
  credential(name: string, mechanism: ScramMechanism): ScramCredential | undefined {
    const user = this.#users.get(name);
    const stored = user?.scram.get(mechanism);
    if (!user || stored) return stored;
    const { options } = user;
    if (!options || !takes(options, mechanism)) return undefined;
    // Equal seeds give equal bytes on the wire.
    const salt = createHash('sha256').update(`${this.#seed}/${name}/${mechanism}`).digest().subarray(0, 16);
    const iterations = options.iterations ?? DEFAULT_ITERATIONS;
    const salted = saltPassword(mechanism, options.password, { salt, iterations });
    const credential = toCredential(mechanism, salted, { salt, iterations });
    user.scram.set(mechanism, credential);
    this.#revision += 1;
    return credential;
  }

  /** Stores what a client salted itself; replaces what the options said for this mechanism. */
  setCredential(name: string, mechanism: ScramMechanism, credential: ScramCredential): void {
    const user = this.#users.get(name) ?? { options: undefined, scram: new Map() };
    user.scram.set(mechanism, credential);
    this.#revision += 1;
    this.#users.set(name, user);
  }

  /** Takes a credential away; gives whether there was one. */
  deleteCredential(name: string, mechanism: ScramMechanism): boolean {
    const user = this.#users.get(name);
    if (!user || !this.#mechanismsOf(user).includes(mechanism)) return false;
    this.#revision += 1;
    user.scram.delete(mechanism);
    const { options } = user;
    if (!options) {
      if (user.scram.size === 0) this.#users.delete(name);
      return true;
    }
    const mechanisms = (options.mechanisms ?? allMechanisms).filter((one) => one !== mechanism);
    this.#users.set(name, { ...user, options: { ...options, mechanisms } });
    return true;
  }

  /** Everybody with SCRAM credentials, by name, with mechanism and iterations but no secret. */
  listCredentials(): { name: string; credentials: { mechanism: ScramMechanism; iterations: number }[] }[] {
    const shown = [...this.#users].map(([name, user]) => ({
      name,
      credentials: this.#mechanismsOf(user).map((mechanism) => ({
        mechanism,
        iterations: user.scram.get(mechanism)?.iterations ?? user.options?.iterations ?? DEFAULT_ITERATIONS,
      })),
    }));
    return shown.filter(({ credentials }) => credentials.length > 0);
  }

  save(): SavedUsers {
    return new Map([...this.#users].map(([name, { options, scram }]) => [name, { options, scram: new Map(scram) }]));
  }

  load(saved: SavedUsers): void {
    this.#revision += 1;
    this.#users.clear();
    for (const [name, { options, scram }] of saved) this.#users.set(name, { options, scram: new Map(scram) });
  }

  /** Adds users that are not known, and gives a new password to who has another: credentials of the old one go. */
  adopt(given: Readonly<Record<string, UserOptions>>): void {
    for (const [name, options] of Object.entries(given)) {
      if (this.#users.get(name)?.options?.password === options.password) continue;
      this.#revision += 1;
      this.#users.set(name, { options, scram: new Map() });
    }
  }

  #mechanismsOf({ options, scram }: User): ScramMechanism[] {
    const both = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
    return both.filter((mechanism) => scram.has(mechanism) || (options && takes(options, mechanism)));
  }
}

function takes({ mechanisms = allMechanisms }: UserOptions, mechanism: PasswordMechanism): boolean {
  return mechanisms.includes(mechanism);
}
