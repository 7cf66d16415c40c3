import { api } from '../schema/api.ts';
import { int16, int32, string, uuid } from '../schema/field.ts';

/**
 * RemoveRaftVoter removes a voter from the metadata quorum (KIP-853).
 */
export const removeRaftVoter = api({
  key: 81,
  name: 'RemoveRaftVoter',
  versions: '0',
  flexible: '0+',
  request: {
    clusterId: string({ nullable: '0+' }),
    voterId: int32(),
    voterDirectoryId: uuid(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
});
