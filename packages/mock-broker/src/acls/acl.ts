/** Kafka's numbers of what access rules are about. 1 (any) stands in filters only. */
export const resourceTypeCodes = {
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
} as const;

/** Kafka's numbers of operations. 1 (any) stands in filters only. */
export const operationCodes = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
  createTokens: 13,
  describeTokens: 14,
  twoPhaseCommit: 15,
} as const;

/** Kafka's numbers of how a rule's name is compared. 1 (any) and 2 (match) stand in filters only. */
export const patternCodes = { literal: 3, prefixed: 4 } as const;

/** Kafka's numbers of what a rule does. 1 (any) stands in filters only. */
export const permissionCodes = { deny: 2, allow: 3 } as const;

/** What an access rule is about. */
export type AclResource = keyof typeof resourceTypeCodes;
/** What it lets somebody do, or not. */
export type AclOperation = keyof typeof operationCodes;

/** An access rule. */
export type AclRule = {
  /** Whom it is about: `User:alice`, or `User:*` for everybody. */
  readonly principal: string;
  readonly resource: AclResource;
  /** The resource's name, or `*` for all; the cluster's is always `kafka-cluster`. */
  readonly name: string;
  /** Whether `name` is the whole name or its beginning. Default `literal`. */
  readonly pattern?: keyof typeof patternCodes;
  /** `all` for every operation. `read`, `write`, `delete` and `alter` bring `describe` along. */
  readonly operation: AclOperation;
  /** Default `allow`. A rule that denies wins over all that allow. */
  readonly permission?: keyof typeof permissionCodes;
  /** The client's address. Default `*`. */
  readonly host?: string;
};

/** Who may do what. With it, what no rule allows is refused; without it, everything is allowed and rules cannot be stored. */
export type AclOptions = {
  /** The rules there are from the start. */
  readonly rules?: readonly AclRule[];
  /** Principals that may do everything: `['User:admin']`. */
  readonly superUsers?: readonly string[];
  /** Whether everybody may use a resource that no rule is about. Default false. */
  readonly allowIfNoneFound?: boolean;
};

/** A rule with every default filled in. */
export type Acl = Required<AclRule>;

export const clusterName = 'kafka-cluster';

/** Fills in the defaults. */
export function toAcl(rule: AclRule): Acl {
  return { pattern: 'literal', permission: 'allow', host: '*', ...rule };
}

/** The name that has this number in one of the tables above; `undefined` for those of filters and of the future. */
export function nameOf<Name extends string>(codes: Readonly<Record<Name, number>>, code: number): Name | undefined {
  const found = Object.entries(codes).find(([, number]) => number === code);
  // Object.entries forgets that its keys are those of the table.
  return found?.[0] as Name | undefined;
}
