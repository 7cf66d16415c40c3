import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { allowedOperations, operationsNotAsked } from '../dispatch/operations.ts';

const BROKERS = 1;
const CONTROLLERS = 2;

/**
 * DescribeCluster names the nodes that are up (KIP-700).
 *
 * v1 asks for controllers instead, which only a controller may be asked for (KIP-919). v2 can show fenced nodes: those down.
 */
export const describeCluster = defineApi(messages.describeCluster, {
  versions: [0, 2],
  handle(context, request) {
    const { clusterId, listener, topology, version } = context;
    const { endpointType, includeFencedBrokers, includeClusterAuthorizedOperations } = request;
    if (endpointType !== BROKERS) {
      const errorMessage = 'Controllers are described by controllers only.';
      return {
        throttleTimeMs: 0,
        errorCode: codeOf(endpointType === CONTROLLERS ? 'MISMATCHED_ENDPOINT_TYPE' : 'UNSUPPORTED_ENDPOINT_TYPE'),
        errorMessage,
        clusterId: '',
        brokers: [],
      };
    }
    const nodes = includeFencedBrokers ? topology.all() : topology.up();
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      clusterId,
      controllerId: topology.controller(),
      brokers: nodes.map(({ id, up }) => ({
        brokerId: id,
        ...topology.address(id, listener),
        ...(version >= 2 ? { isFenced: !up } : {}),
      })),
      clusterAuthorizedOperations: includeClusterAuthorizedOperations
        ? allowedOperations(context, 'cluster')
        : operationsNotAsked,
    };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, clusterId: '', brokers: [] }),
});
