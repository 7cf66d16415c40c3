import { Authorizer } from '../acls/authorizer.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { Random } from '../time/random.ts';
import { Mechanisms } from './sasl/mechanisms.ts';
import { Users } from './users.ts';

/** Who may come in, and who may do what. */
export type Security = { readonly users: Users; readonly mechanisms: Mechanisms; readonly authorizer: Authorizer };

/** Builds what the options say about users, mechanisms and access rules. */
export function createSecurity({ acls, clock, sasl, seed, users: given }: ClusterOptions, random: Random): Security {
  const users = new Users(given, seed);
  const newId = () => random.uuid().replaceAll('-', '');
  return {
    users,
    mechanisms: new Mechanisms({ options: sasl, users, clock, newId }),
    authorizer: new Authorizer(acls),
  };
}
