import { type Acl, type AclOperation, type AclOptions, type AclResource, toAcl } from './acl.ts';
import { coversName } from './acl-filter.ts';

/** Who wants to do something. */
export type Actor = { readonly principal: string; readonly host: string };

/** What somebody wants to do. Without `name`: with at least one resource of the kind. */
export type Action = { readonly operation: AclOperation; readonly resource: AclResource; readonly name?: string };

/** What is allowed together with an operation. A rule that denies one does not deny the other. */
const implied: Readonly<Partial<Record<AclOperation, readonly AclOperation[]>>> = {
  describe: ['read', 'write', 'delete', 'alter'],
  describeConfigs: ['alterConfigs'],
};

/** The access rules of a cluster and what follows from them, as Kafka's StandardAuthorizer has it. */
export class Authorizer {
  /** Without options there are no rules, and everything is allowed. */
  readonly enabled: boolean;
  readonly #acls = new Map<string, Acl>();
  readonly #superUsers: ReadonlySet<string>;
  readonly #allowIfNoneFound: boolean;
  #revision = 0;

  constructor(options: AclOptions | undefined) {
    this.enabled = options !== undefined;
    this.#superUsers = new Set(options?.superUsers);
    this.#allowIfNoneFound = options?.allowIfNoneFound ?? false;
    for (const rule of options?.rules ?? []) this.add(toAcl(rule));
  }

  /** Another number after every change of the rules. */
  get revision(): number {
    return this.#revision;
  }

  list(): Acl[] {
    return [...this.#acls.values()];
  }

  /** Puts other rules in the place of all there are. */
  replaceAll(acls: readonly Acl[]): void {
    this.#revision += 1;
    this.#acls.clear();
    for (const acl of acls) this.add(acl);
  }

  /** Adds a rule; one that is there already stays as it is. */
  add(acl: Acl): void {
    this.#revision += 1;
    this.#acls.set(keyOf(acl), acl);
  }

  delete(acl: Acl): void {
    this.#revision += 1;
    this.#acls.delete(keyOf(acl));
  }

  /** Whether the actor may. A rule that denies wins; without any about the resource, the option decides. */
  allows(actor: Actor, action: Action): boolean {
    if (!this.enabled || this.#superUsers.has(actor.principal)) return true;
    const { name } = action;
    if (name === undefined) return this.#allowsSome(actor, action);
    const about = this.list().filter((acl) => acl.resource === action.resource && coversName(acl, name));
    if (about.length === 0) return this.#allowIfNoneFound;
    const own = about.filter((acl) => isAbout(acl, actor));
    if (own.some((acl) => acl.permission === 'deny' && covers(acl, [action.operation]))) return false;
    return own.some((acl) => acl.permission === 'allow' && covers(acl, [action.operation, ...impliers(action)]));
  }

  /** Whether there is a name with which the actor may: some rule allows it, and none that denies covers all of that. */
  #allowsSome(actor: Actor, { operation, resource }: Action): boolean {
    if (this.#allowIfNoneFound) return true;
    const own = this.list().filter((acl) => acl.resource === resource && isAbout(acl, actor));
    const allowing = own.filter((acl) => acl.permission === 'allow' && covers(acl, [operation]));
    const denying = own.filter((acl) => acl.permission === 'deny' && covers(acl, [operation]));
    return allowing.some((acl) => !denying.some((denial) => swallows(denial, acl)));
  }
}

function isAbout(acl: Acl, { principal, host }: Actor): boolean {
  return (acl.principal === principal || acl.principal === 'User:*') && (acl.host === host || acl.host === '*');
}

function covers(acl: Acl, operations: readonly AclOperation[]): boolean {
  return acl.operation === 'all' || operations.includes(acl.operation);
}

function impliers({ operation }: Action): readonly AclOperation[] {
  return implied[operation] ?? [];
}

/** Whether every name of `acl` is one of `denial`. */
function swallows(denial: Acl, acl: Acl): boolean {
  if (denial.pattern === 'literal' && denial.name !== '*') return acl.pattern === 'literal' && acl.name === denial.name;
  return denial.name === '*' || (acl.name !== '*' && acl.name.startsWith(denial.name));
}

function keyOf({ principal, resource, name, pattern, operation, permission, host }: Acl): string {
  return JSON.stringify([principal, resource, name, pattern, operation, permission, host]);
}
