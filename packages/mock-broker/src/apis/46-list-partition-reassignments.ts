import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';

/** ListPartitionReassignments tells the reassignments under way: none, for they are done at once (KIP-455). */
export const listPartitionReassignments = defineApi(messages.listPartitionReassignments, {
  versions: [0, 0],
  limits: ['The list is always empty.'],
  handle: () => ({ throttleTimeMs: 0, errorCode: 0, errorMessage: null, topics: [] }),
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, errorMessage: null, topics: [] }),
});
