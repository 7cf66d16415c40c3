import { api } from '../schema/api.ts';
import { array, bool, int8, int16, int32, string } from '../schema/field.ts';

/**
 * AlterConfigs replaces the whole configuration of resources: what is not named falls back to its default.
 *
 * v1 is v0. v2 is flexible. IncrementalAlterConfigs took its place (KIP-339).
 */
export const alterConfigs = api({
  key: 33,
  name: 'AlterConfigs',
  versions: '0-2',
  flexible: '2+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configs: array({
        name: string(),
        value: string({ nullable: '0+' }),
      }),
    }),
    validateOnly: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    responses: array({
      errorCode: int16(),
      errorMessage: string({ nullable: '0+' }),
      resourceType: int8(),
      resourceName: string(),
    }),
  },
});
