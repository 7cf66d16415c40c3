import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { chargeMutation } from '../dispatch/mutations.ts';
import { tooManyPartitions } from '../topics/most-partitions.ts';

type Wish = RequestOf<typeof messages.createPartitions>['topics'][number];
type Complaint = { readonly error: ErrorName; readonly message: string | null };

/** CreatePartitions grows topics to a count; shrinking is refused (KIP-195). Any node takes it. v3 is refused above controller_mutation_rate (KIP-599). */
export const createPartitions = defineApi(messages.createPartitions, {
  versions: [0, 3],
  handle: (context, { topics, validateOnly }) => ({
    throttleTimeMs: 0,
    results: firstOfEach(topics).map((wish) => {
      const isTwice = topics.filter(({ name }) => name === wish.name).length > 1;
      const complaint = isTwice ? twice : grow(context, wish, validateOnly);
      return {
        name: wish.name,
        errorCode: codeOf(complaint?.error ?? 'NONE'),
        errorMessage: complaint?.message ?? null,
      };
    }),
  }),
  fail: ({ topics }, errorCode) => ({ throttleTimeMs: 0, results: topics.map(({ name }) => ({ name, errorCode })) }),
});

const twice: Complaint = { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' };

/** A topic named twice is answered once. */
function firstOfEach(topics: readonly Wish[]): readonly Wish[] {
  return topics.filter(({ name }, at) => topics.findIndex((other) => other.name === name) === at);
}

function grow(context: RequestContext, wish: Wish, validateOnly: boolean): Complaint | undefined {
  const { catalog, topology } = context;
  const topic = catalog.byName(wish.name);
  if (!topic) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `Topic '${wish.name}' does not exist.` };
  const existing = topic.partitions.length;
  if (wish.count <= existing) {
    const message = `The topic ${wish.name} currently has ${existing} partition(s); ${wish.count} would not be an increase.`;
    return { error: 'INVALID_PARTITIONS', message };
  }
  const excessive = tooManyPartitions(wish.count - existing);
  if (excessive) return excessive;
  const given = wish.assignments;
  const known = new Set(topology.all().map(({ id }) => id));
  if (given && given.length !== wish.count - existing) {
    const message = `Attempted to add ${wish.count - existing} partition(s), but ${given.length} assignment(s) were specified.`;
    return { error: 'INVALID_REPLICA_ASSIGNMENT', message };
  }
  if (given?.some(({ brokerIds }) => brokerIds.length === 0 || !brokerIds.every((id) => known.has(id)))) {
    return { error: 'INVALID_REPLICA_ASSIGNMENT', message: 'Every new partition needs a list of known nodes.' };
  }
  const assignments = given && new Map(given.map(({ brokerIds }, at) => [existing + at, brokerIds]));
  const exceeded = chargeMutation(context, { partitions: wish.count - existing, refusedSince: 3 });
  if (exceeded) return exceeded;
  if (!validateOnly) {
    const replicationFactor = topic.partitions[0]?.replicas.length;
    catalog.grow(topic, wish.count, { replicationFactor, assignments: assignments ?? undefined });
  }
  return undefined;
}
