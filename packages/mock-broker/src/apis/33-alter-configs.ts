import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { alterAnswer, type ConfigRefusal, configsOf } from '../topics/config-resources.ts';

type Resource = RequestOf<typeof messages.alterConfigs>['resources'][number];

/**
 * AlterConfigs sets all configs of a resource at once: what the request leaves out goes back to its default.
 *
 * A resource is changed wholly or not at all.
 */
export const alterConfigs = defineApi(messages.alterConfigs, {
  versions: [0, 2],
  limits: ['See DescribeConfigs for what has an effect.'],
  handle: (context, { resources, validateOnly }) => ({
    throttleTimeMs: 0,
    responses: resources.map((resource) => {
      const { error, ...answer } = alterAnswer(resource, alter(context, resource, validateOnly));
      return { ...answer, errorCode: codeOf(error) };
    }),
  }),
  fail: ({ resources }, errorCode) => ({
    throttleTimeMs: 0,
    responses: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      errorCode,
      errorMessage: null,
    })),
  }),
});

function alter(context: RequestContext, resource: Resource, validateOnly: boolean): ConfigRefusal | undefined {
  const configs = configsOf(context, resource);
  if ('error' in configs) return configs;
  const empty = resource.configs.find(({ value }) => value === null);
  if (empty) return { error: 'INVALID_REQUEST', message: `Null value not supported for : ${empty.name}` };
  const values = new Map<string, string>();
  for (const { name, value } of resource.configs) {
    const complaint = configs.complain(name, value);
    if (complaint) return complaint;
    values.set(name, value ?? '');
  }
  if (!validateOnly) configs.replaceAll(values);
  return undefined;
}
