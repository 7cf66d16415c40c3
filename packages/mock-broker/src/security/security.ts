import type { ClusterOptions } from '../cluster/options.ts';
import type { Random } from '../time/random.ts';
import { Mechanisms } from './sasl/mechanisms.ts';
import { Users } from './users.ts';

/** Who may come in. */
export type Security = { readonly users: Users; readonly mechanisms: Mechanisms };

/** Builds what the options say about users and mechanisms. */
export function createSecurity({ clock, sasl, seed, users: given }: ClusterOptions, random: Random): Security {
  const users = new Users(given, seed);
  const newId = () => random.uuid().replaceAll('-', '');
  return { users, mechanisms: new Mechanisms({ options: sasl, users, clock, newId }) };
}
