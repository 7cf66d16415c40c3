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
  limits: ['Of features only transaction.version is advertised: clients use the classic group protocol.'],
  handle({ registry, session, version, options }, { clientSoftwareName, clientSoftwareVersion }) {
    const named = version < 3 || (SOFTWARE.test(clientSoftwareName) && SOFTWARE.test(clientSoftwareVersion));
    if (!named) return { errorCode: codeOf('INVALID_REQUEST'), apiKeys: [] };
    session.versionsTold();
    return { errorCode: 0, apiKeys: apiKeys(registry), ...features(version, options.transactionVersion) };
  },
  fail: (_request, errorCode) => ({ errorCode, apiKeys: [] }),
});

/** Version 3 has no way to say that a feature's lowest level is 0, so it leaves such features out of the first list. */
function features(version: number, level: number) {
  if (version < 3) return {};
  const name = 'transaction.version';
  return {
    supportedFeatures: version >= 4 ? [{ name, minVersion: 0, maxVersion: 2 }] : [],
    finalizedFeaturesEpoch: 1n,
    finalizedFeatures: [{ name, maxVersionLevel: level, minVersionLevel: level }],
  };
}
