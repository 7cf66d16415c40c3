import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';

/**
 * ListGroups names the groups this node coordinates; a client asks every node for the whole picture.
 *
 * v4 filters by state (KIP-518), v5 by type (KIP-848); letter case does not count.
 */
export const listGroups = defineApi(messages.listGroups, {
  versions: [0, 5],
  handle({ groups, topology, nodeId }, { statesFilter, typesFilter }) {
    const passes = (filter: readonly string[], value: string) =>
      filter.length === 0 || filter.some((wanted) => wanted.toLowerCase() === value.toLowerCase());
    const own = groups.list().filter(({ id }) => topology.coordinatorOf(id) === nodeId);
    return {
      errorCode: 0,
      groups: own
        .filter(({ kind, type }) => passes(statesFilter, kind.state) && passes(typesFilter, type))
        .map(({ id, classic, kind, type }) => ({
          groupId: id,
          protocolType: classic ? (classic.protocolType ?? '') : type,
          groupState: kind.state,
          groupType: type,
        })),
    };
  },
  fail: (_request, errorCode) => ({ errorCode, groups: [] }),
});
