import { messages } from '@eventstream/kafka-protocol';
import { offsetsGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/** DeleteGroups deletes groups nobody is in, with their offsets (KIP-229). */
export const deleteGroups = defineApi(messages.deleteGroups, {
  versions: [0, 2],
  handle: (context, { groupsNames }) => ({
    throttleTimeMs: 0,
    results: [...new Set(groupsNames)].map((groupId) => ({
      groupId,
      errorCode: codeOf(offsetsGate(context, groupId) ?? context.groups.delete(groupId)),
    })),
  }),
  fail: ({ groupsNames }, errorCode) => ({
    throttleTimeMs: 0,
    results: groupsNames.map((groupId) => ({ groupId, errorCode })),
  }),
});
