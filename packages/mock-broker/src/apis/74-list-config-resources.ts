import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

const TOPIC = 2;
const BROKER = 4;
const BROKER_LOGGER = 8;
const CLIENT_METRICS = 16;
const GROUP = 32;
const all: readonly number[] = [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP];

/**
 * ListConfigResources names the resources that have configs. v0 knows client metrics alone (KIP-714); since v1 no list
 * means every kind (KIP-1142).
 */
export const listConfigResources = defineApi(messages.listConfigResources, {
  versions: [0, 1],
  handle(context, { resourceTypes }) {
    const asked = context.version === 0 ? [CLIENT_METRICS] : resourceTypes.length > 0 ? resourceTypes : all;
    if (!asked.every((type) => all.includes(type))) {
      return { throttleTimeMs: 0, errorCode: codeOf('UNSUPPORTED_VERSION'), configResources: [] };
    }
    const configResources = [...new Set(asked)].flatMap((resourceType) =>
      namesOf(context, resourceType).map((resourceName) => ({ resourceName, resourceType })),
    );
    return { throttleTimeMs: 0, errorCode: 0, configResources };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, configResources: [] }),
});

function namesOf({ catalog, groups, telemetry, topology }: RequestContext, resourceType: number): string[] {
  if (resourceType === CLIENT_METRICS) return telemetry.subscriptions.names();
  if (resourceType === TOPIC) return catalog.list().map(({ name }) => name);
  if (resourceType === GROUP) return groups.settings.configured;
  const perNode = resourceType === BROKER || resourceType === BROKER_LOGGER;
  return perNode ? topology.up().map(({ id }) => String(id)) : [];
}
