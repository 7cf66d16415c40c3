import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { transactionStates } from '../transactions/states.ts';
import type { Transaction } from '../transactions/transaction.ts';

type Filters = RequestOf<typeof messages.listTransactions>;

/**
 * ListTransactions names the transactional ids this node coordinates.
 *
 * Filters narrow it by state and producer id, v1 by how long ago the transaction began (KIP-994), v2 by a pattern that has
 * to match the whole id (KIP-1152).
 */
export const listTransactions = defineApi(messages.listTransactions, {
  versions: [0, 2],
  limits: ['Patterns are JavaScript’s regular expressions, where real brokers take RE2’s.'],
  handle(context, filters) {
    const pattern = compile(filters.transactionalIdPattern);
    if (pattern === 'invalid') return refuse(codeOf('INVALID_REGULAR_EXPRESSION'));
    const known = new Set<string>(transactionStates);
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      unknownStateFilters: [...new Set(filters.stateFilters)].filter((name) => !known.has(name)),
      transactionStates: context.transactions
        .list()
        .filter((one) => isWanted(context, filters, one) && (!pattern || pattern.test(one.id)))
        .map(({ id, state, identity: { current } }) => ({
          transactionalId: id,
          producerId: current.producerId,
          transactionState: state,
        })),
    };
  },
  fail: (_request, errorCode) => refuse(errorCode),
});

function isWanted(
  { topology, nodeId, clock }: RequestContext,
  { stateFilters, producerIdFilters, durationFilter }: Filters,
  { id, state, startedAt, identity }: Transaction,
): boolean {
  if (topology.coordinatorOf(id) !== nodeId) return false;
  if (stateFilters.length > 0 && !stateFilters.includes(state)) return false;
  if (producerIdFilters.length > 0 && !producerIdFilters.includes(identity.current.producerId)) return false;
  return durationFilter < 0n || BigInt(clock.now() - startedAt) > durationFilter;
}

function compile(pattern: string | null): RegExp | undefined | 'invalid' {
  if (!pattern) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return 'invalid';
  }
}

function refuse(errorCode: number) {
  return { throttleTimeMs: 0, errorCode, unknownStateFilters: [], transactionStates: [] };
}
