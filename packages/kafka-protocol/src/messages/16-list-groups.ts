import { api } from '../schema/api.ts';
import { array, int16, int32, string } from '../schema/field.ts';

/**
 * ListGroups names the groups a broker coordinates, of every kind.
 *
 * v1 brings the throttle time. v3 is flexible. v4 filters by state (KIP-518), v5 by type (KIP-848).
 */
export const listGroups = api({
  key: 16,
  name: 'ListGroups',
  versions: '0-5',
  flexible: '3+',
  request: {
    statesFilter: array(string(), { versions: '4+' }),
    typesFilter: array(string(), { versions: '5+' }),
  },
  response: {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16(),
    groups: array({
      groupId: string(),
      protocolType: string(),
      groupState: string({ versions: '4+', ignorable: true }),
      groupType: string({ versions: '5+', ignorable: true }),
    }),
  },
});
