import { api } from '../schema/api.ts';
import { array, int16, int32, string, uuid } from '../schema/field.ts';

/**
 * DeleteTopics deletes topics by name or id.
 *
 * v1 brings the throttle time. v3 may answer TOPIC_DELETION_DISABLED. v4 is flexible. v5 explains errors (KIP-599). v6
 * deletes by id as well (KIP-516).
 */
export const deleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: '1-6',
  flexible: '4+',
  request: {
    topics: array(
      {
        name: string({ nullable: '0+', default: null }),
        topicId: uuid(),
      },
      { versions: '6+' },
    ),
    topicNames: array(string(), { versions: '1-5', ignorable: true }),
    timeoutMs: int32(),
  },
  response: {
    throttleTimeMs: int32(),
    responses: array({
      name: string({ nullable: '6+' }),
      topicId: uuid({ versions: '6+', ignorable: true }),
      errorCode: int16(),
      errorMessage: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
    }),
  },
});
