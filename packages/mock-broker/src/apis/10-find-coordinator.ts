import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

const GROUP = 0;
const TRANSACTION = 1;
const SHARE = 2;
/** A partition as a share group reads it: group, topic id, index. */
const SHARE_KEY = /^.+:[\w-]{22}:\d+$/;

/**
 * FindCoordinator tells which node looks after a group or a transactional id.
 *
 * v0 knows groups only. v4 asks for many keys at once, each with its own error. v6 knows
 * partitions of share groups (KIP-932).
 */
export const findCoordinator = defineApi(messages.findCoordinator, {
  versions: [0, 6],
  handle(context, { key, keyType, coordinatorKeys }) {
    if (context.version >= 4) {
      return { coordinators: coordinatorKeys.map((one) => ({ key: one, ...locate(context, one, keyType) })) };
    }
    const { errorMessage, ...found } = locate(context, key, keyType);
    return context.version >= 1 ? { ...found, errorMessage } : found;
  },
  fail: ({ coordinatorKeys }, errorCode) =>
    coordinatorKeys.length > 0
      ? { coordinators: coordinatorKeys.map((key) => ({ key, ...nowhere(errorCode, null) })) }
      : nowhere(errorCode, null),
});

function locate({ listener, topology }: RequestContext, key: string, keyType: number) {
  if (keyType === SHARE && !SHARE_KEY.test(key)) return refuse('INVALID_REQUEST', `not a shared partition: ${key}`);
  if (![GROUP, TRANSACTION, SHARE].includes(keyType)) return refuse('INVALID_REQUEST', `unknown key type ${keyType}`);
  const nodeId = topology.coordinatorOf(key);
  if (nodeId < 0) return refuse('COORDINATOR_NOT_AVAILABLE', 'no node is up');
  return { errorCode: 0, errorMessage: null as string | null, nodeId, ...topology.endpoint(nodeId, listener) };
}

function refuse(error: ErrorName, message: string) {
  return nowhere(codeOf(error), message);
}

function nowhere(errorCode: number, errorMessage: string | null) {
  return { errorCode, errorMessage, nodeId: -1, host: '', port: -1 };
}
