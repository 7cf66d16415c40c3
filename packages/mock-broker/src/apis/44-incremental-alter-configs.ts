import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { alterAnswer, type ConfigRefusal, configsOf } from '../topics/config-resources.ts';
import type { ConfigSet } from '../topics/configs.ts';

type Resource = RequestOf<typeof messages.incrementalAlterConfigs>['resources'][number];
type Change = Resource['configs'][number];

const SET = 0;
const DELETE = 1;
const APPEND = 2;
const SUBTRACT = 3;

/**
 * IncrementalAlterConfigs sets, deletes, appends to and subtracts from single configs (KIP-339).
 *
 * A resource is changed wholly or not at all; lists alone can be appended to.
 */
export const incrementalAlterConfigs = defineApi(messages.incrementalAlterConfigs, {
  versions: [0, 1],
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
  const empty = resource.configs.find(({ value, configOperation }) => value === null && configOperation !== DELETE);
  if (empty) return { error: 'INVALID_REQUEST', message: `Null value not supported for : ${empty.name}` };
  const names = resource.configs.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    return { error: 'INVALID_REQUEST', message: 'The request changes the same config twice.' };
  }
  const planned: [name: string, value: string | undefined][] = [];
  for (const change of resource.configs) {
    const next = valueAfter(configs, change);
    if (next !== undefined && typeof next === 'object') return next;
    planned.push([change.name, next]);
  }
  if (!validateOnly) {
    for (const [name, value] of planned) value === undefined ? configs.unset(name) : configs.set(name, value);
  }
  return undefined;
}

/** The value a change leads to, `undefined` for the default. */
function valueAfter(configs: ConfigSet, change: Change): string | undefined | ConfigRefusal {
  const { name, configOperation } = change;
  const isList = configs.definition(name)?.type === 'list';
  if (configOperation === DELETE && configs.definition(name)) return undefined;
  const current = configs.get(name).split(',').filter(Boolean);
  const given = (change.value ?? '').split(',').filter(Boolean);
  let value = change.value;
  if (configOperation === APPEND && isList) value = [...new Set([...current, ...given])].join(',');
  else if (configOperation === SUBTRACT && isList) value = current.filter((part) => !given.includes(part)).join(',');
  else if (configOperation !== SET && configOperation !== DELETE) {
    return { error: 'INVALID_CONFIG', message: `Operation ${configOperation} is not allowed for config ${name}.` };
  }
  const complaint = configs.complain(name, value);
  return complaint ?? value ?? undefined;
}
