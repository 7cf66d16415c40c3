import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { complainAboutQuota, readEntity } from '../quotas/entity.ts';
import type { Quotas } from '../quotas/quotas.ts';

type Entry = RequestOf<typeof messages.alterClientQuotas>['entries'][number];

/** AlterClientQuotas sets and removes quotas, each entity's wholly or not at all (KIP-546). They hold from the next request on. */
export const alterClientQuotas = defineApi(messages.alterClientQuotas, {
  versions: [0, 1],
  limits: [
    'request_percentage is charged with 0.1 ms a request and 1 ms per MiB of it and its answer, instead of measured time.',
    'All nodes share what is used of a quota; only connections are counted by node.',
    'What is produced with acks=0 is not charged.',
    'A fetch above its quota is answered with its records and then held back; a real broker answers without them.',
  ],
  handle: ({ security: { quotas } }, { entries, validateOnly }) => ({
    throttleTimeMs: 0,
    entries: entries.map((entry) => {
      const complaint = alter(quotas, entry, validateOnly);
      return answer(entry, codeOf(complaint === undefined ? 'NONE' : 'INVALID_REQUEST'), complaint ?? null);
    }),
  }),
  fail: ({ entries }, errorCode) => ({
    throttleTimeMs: 0,
    entries: entries.map((entry) => answer(entry, errorCode, null)),
  }),
});

function answer({ entity }: Entry, errorCode: number, errorMessage: string | null) {
  return { errorCode, errorMessage, entity: entity.map(({ entityType, entityName }) => ({ entityType, entityName })) };
}

function alter(quotas: Quotas, { entity: components, ops }: Entry, validateOnly: boolean): string | undefined {
  const entity = readEntity(components);
  if (typeof entity === 'string') return entity;
  const complaints = ops.map(({ key, remove, value }) => complainAboutQuota(entity, key, remove ? 1 : value));
  const complaint = complaints.find((text) => text !== undefined);
  if (complaint !== undefined || validateOnly) return complaint;
  for (const { key, remove, value } of ops) remove ? quotas.remove(entity, key) : quotas.set(entity, key, value);
  return undefined;
}
