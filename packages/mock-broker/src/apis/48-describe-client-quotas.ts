import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { describeEntity, entityTypes, isEntityType, type QuotaEntity } from '../quotas/entity.ts';

type Request = RequestOf<typeof messages.describeClientQuotas>;
type Component = Request['components'][number];

const EXACT = 0;
const DEFAULT = 1;
const ANY = 2;

/**
 * DescribeClientQuotas tells the quotas that match every component of the filter (KIP-546).
 *
 * `strict` leaves out entities that have further components.
 */
export const describeClientQuotas = defineApi(messages.describeClientQuotas, {
  versions: [0, 1],
  handle({ security: { quotas } }, { components, strict }) {
    const refused = complain(components);
    if (refused)
      return { throttleTimeMs: 0, errorCode: codeOf(refused.error), errorMessage: refused.message, entries: null };
    const found = quotas
      .list()
      .filter(({ entity }) => components.every((component) => matches(entity, component)))
      .filter(({ entity }) => !strict || describeEntity(entity).length === components.length);
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      errorMessage: '',
      entries: found.map(({ entity, values }) => ({
        entity: describeEntity(entity),
        values: [...values].map(([key, value]) => ({ key, value })),
      })),
    };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null, entries: null }),
});

function complain(components: readonly Component[]): { error: ErrorName; message: string } | undefined {
  const types = components.map(({ entityType }) => entityType);
  const custom = types.find((type) => !isEntityType(type));
  if (custom === '') return { error: 'INVALID_REQUEST', message: 'Unexpected empty filter component entity type' };
  if (custom !== undefined) {
    return { error: 'UNSUPPORTED_VERSION', message: `Unsupported entity type ${custom}` };
  }
  const twice = types.find((type, at) => types.indexOf(type) < at);
  if (twice !== undefined) {
    return { error: 'INVALID_REQUEST', message: `Entity type ${twice} cannot appear more than once in the filter.` };
  }
  const wrong = components.find(
    ({ matchType, match }) => matchType < EXACT || matchType > ANY || (matchType === EXACT && match === null),
  );
  return wrong && { error: 'INVALID_REQUEST', message: `Unknown match type ${wrong.matchType}` };
}

function matches(entity: QuotaEntity, { entityType, matchType, match }: Component): boolean {
  if (!isEntityType(entityType)) return false;
  const name = entity[entityTypes[entityType]];
  if (name === undefined) return false;
  return matchType === ANY || (matchType === DEFAULT ? name === null : name === match);
}
