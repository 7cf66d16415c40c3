import { api } from '../schema/api.ts';
import { array, int16, int32, string } from '../schema/field.ts';

/**
 * DeleteGroups deletes groups without members, with their offsets (KIP-229).
 *
 * v1 is v0. v2 is flexible.
 */
export const deleteGroups = api({
  key: 42,
  name: 'DeleteGroups',
  versions: '0-2',
  flexible: '2+',
  request: {
    groupsNames: array(string()),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      groupId: string(),
      errorCode: int16(),
    }),
  },
});
