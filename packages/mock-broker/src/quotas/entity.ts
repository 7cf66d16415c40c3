import { isIP } from 'node:net';

/** What a quota may be for; `null` stands for everybody who has none of their own. */
export type QuotaEntity = {
  readonly user?: string | null;
  readonly clientId?: string | null;
  readonly ip?: string | null;
};

/** A quota there is from the start. */
export type QuotaOptions = QuotaEntity & {
  /** Bytes a second that may be produced. */
  readonly producerByteRate?: number;
  /** Bytes a second that may be fetched. */
  readonly consumerByteRate?: number;
  /** Percent of one thread's time that requests may take: 50 is half of it (KIP-124). */
  readonly requestPercentage?: number;
  /** Partitions a second that may be created and deleted (KIP-599). */
  readonly controllerMutationRate?: number;
  /** Connections a second that an `ip` may open (KIP-612); other quotas are not for addresses. */
  readonly connectionCreationRate?: number;
};

/** The kinds of entities by Kafka's names. */
export const entityTypes = { user: 'user', 'client-id': 'clientId', ip: 'ip' } as const;

/** One component of an entity as requests name it. */
export type EntityComponent = { readonly entityType: string; readonly entityName: string | null };

/** What is limited, by Kafka's names, for users and clients. */
const clientKeys = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate'];
/** Quotas that are shares or rates, of which there may be half a one. */
const fractional: ReadonlySet<string> = new Set(['request_percentage', 'controller_mutation_rate']);
const ipKeys = ['connection_creation_rate'];

/** The entity of a request, or what is wrong with it. Of a kind named twice the last counts. */
export function readEntity(components: readonly EntityComponent[]): QuotaEntity | string {
  if (components.length === 0) return 'Invalid empty client quota entity';
  const entity: { user?: string | null; clientId?: string | null; ip?: string | null } = {};
  for (const { entityType, entityName } of components) {
    if (!isEntityType(entityType)) return `Unhandled client quota entity type: ${entityType}`;
    if (entityType === 'ip' && entityName !== null && !isAddress(entityName)) {
      return `${entityName} is not a valid IP or resolvable host`;
    }
    if (entityName === '') return `Empty ${entityType} not supported`;
    entity[entityTypes[entityType]] = entityName;
  }
  const both = 'ip' in entity && Object.keys(entity).length > 1;
  return both ? 'Invalid quota entity combination, IP entity should not be combined with User or ClientId' : entity;
}

/** An address, or a name that may well have one; names are not looked up. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 || /^[a-zA-Z0-9.-]+$/.test(text);
}

/** What is wrong with a value; `undefined` when it is fine. */
export function complainAboutQuota(entity: QuotaEntity, key: string, value: number): string | undefined {
  if (!('ip' in entity ? ipKeys : clientKeys).includes(key)) return `Invalid configuration key ${key}`;
  if (value <= 0) return `Quota ${key} must be greater than 0`;
  const isWhole = Number.isInteger(value) || fractional.has(key);
  return isWhole ? undefined : `Quota ${key} must be a whole number`;
}

/** The entity as answers name it. */
export function describeEntity(entity: QuotaEntity): EntityComponent[] {
  return Object.entries(entityTypes).flatMap(([entityType, key]) => {
    const entityName = entity[key];
    return entityName === undefined ? [] : [{ entityType, entityName }];
  });
}

export function isEntityType(text: string): text is keyof typeof entityTypes {
  return Object.hasOwn(entityTypes, text);
}
