import { api } from '../schema/api.ts';
import { array, int8, int16, int32, string } from '../schema/field.ts';

/**
 * ListConfigResources names the resources that have a configuration.
 *
 * v0 lists client metrics alone (KIP-714), v1 the kinds asked for, all of them by default (KIP-1142).
 */
export const listConfigResources = api({
  key: 74,
  name: 'ListConfigResources',
  versions: '0-1',
  flexible: '0+',
  request: {
    resourceTypes: array(int8(), { versions: '1+' }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    configResources: array({
      resourceName: string(),
      resourceType: int8({ versions: '1+', default: 16, ignorable: true }),
    }),
  },
});
