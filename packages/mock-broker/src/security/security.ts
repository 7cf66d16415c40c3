import { Authorizer } from '../acls/authorizer.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import { Quotas } from '../quotas/quotas.ts';
import type { Random } from '../time/random.ts';
import { Mechanisms } from './sasl/mechanisms.ts';
import { Users } from './users.ts';

/** Who may come in, who may do what, and how much of it. */
export type Security = {
  readonly users: Users;
  readonly mechanisms: Mechanisms;
  readonly authorizer: Authorizer;
  readonly quotas: Quotas;
};

/** Builds what the options say about users, mechanisms, access rules and quotas. */
export function createSecurity(
  { acls, clock, quotas, sasl, seed, users: given }: ClusterOptions,
  random: Random,
): Security {
  const users = new Users(given, seed);
  const newId = () => random.uuid().replaceAll('-', '');
  return {
    users,
    mechanisms: new Mechanisms({ options: sasl, users, clock, newId }),
    authorizer: new Authorizer(acls),
    quotas: new Quotas(quotas, clock),
  };
}
