import { api } from '../schema/api.ts';
import { array, bool, bytes, int16, int32, string } from '../schema/field.ts';

/**
 * DescribeGroups tells state, protocol and members of classic groups.
 *
 * v1 brings the throttle time. v3 may answer allowed operations (KIP-430). v4 tells the instance ids of static members
 * (KIP-345). v5 is flexible. v6 answers GROUP_ID_NOT_FOUND for an unknown group, which earlier versions call dead
 * (KIP-1043).
 */
export const describeGroups = api({
  key: 15,
  name: 'DescribeGroups',
  versions: '0-6',
  flexible: '5+',
  request: {
    groups: array(string()),
    includeAuthorizedOperations: bool({ versions: '3+' }),
  },
  response: {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    groups: array({
      errorCode: int16(),
      errorMessage: string({ versions: '6+', nullable: '6+', default: null }),
      groupId: string(),
      groupState: string(),
      protocolType: string(),
      protocolData: string(),
      members: array({
        memberId: string(),
        groupInstanceId: string({ versions: '4+', nullable: '4+', default: null, ignorable: true }),
        clientId: string(),
        clientHost: string(),
        memberMetadata: bytes(),
        memberAssignment: bytes(),
      }),
      authorizedOperations: int32({ versions: '3+', default: -2147483648 }),
    }),
  },
});
