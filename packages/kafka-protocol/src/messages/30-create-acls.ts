import { api } from '../schema/api.ts';
import { array, int8, int16, int32, string } from '../schema/field.ts';

/**
 * CreateAcls adds access rules.
 *
 * v1 knows prefixed resource patterns (KIP-290). v2 is flexible. v3 knows resources of type user (KIP-373).
 */
export const createAcls = api({
  key: 30,
  name: 'CreateAcls',
  versions: '1-3',
  flexible: '2+',
  request: {
    creations: array({
      resourceType: int8(),
      resourceName: string(),
      resourcePatternType: int8({ default: 3 }),
      principal: string(),
      host: string(),
      operation: int8(),
      permissionType: int8(),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      errorCode: int16(),
      errorMessage: string({ nullable: '0+' }),
    }),
  },
});
