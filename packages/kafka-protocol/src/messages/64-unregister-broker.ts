import { api } from '../schema/api.ts';
import { int16, int32, string } from '../schema/field.ts';

/**
 * UnregisterBroker makes the controller forget a broker that is gone (KIP-631).
 */
export const unregisterBroker = api({
  key: 64,
  name: 'UnregisterBroker',
  versions: '0',
  flexible: '0+',
  request: {
    brokerId: int32(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
});
