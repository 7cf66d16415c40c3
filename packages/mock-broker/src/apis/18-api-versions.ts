import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { apiKeys } from '../dispatch/version-gate.ts';

/** What a client may call its software (KIP-511). */
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/**
 * ApiVersions tells what else is served; the list is the registry itself.
 *
 * A version above the range is answered as v0 with UNSUPPORTED_VERSION and the list, before it gets here.
 */
export const apiVersions = defineApi(messages.apiVersions, {
  versions: [0, 4],
  limits: ['No feature is advertised or finalised: clients use the classic group protocol and transactions version 1.'],
  handle({ registry, session, version }, { clientSoftwareName, clientSoftwareVersion }) {
    const named = version < 3 || (SOFTWARE.test(clientSoftwareName) && SOFTWARE.test(clientSoftwareVersion));
    if (named) session.versionsTold();
    return named ? { errorCode: 0, apiKeys: apiKeys(registry) } : { errorCode: codeOf('INVALID_REQUEST'), apiKeys: [] };
  },
  fail: (_request, errorCode) => ({ errorCode, apiKeys: [] }),
});
