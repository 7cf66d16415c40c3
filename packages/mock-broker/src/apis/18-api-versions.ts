import { messages } from '@eventstream/kafka-protocol';
import { featuresOf } from '../cluster/features.ts';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { apiKeys } from '../dispatch/version-gate.ts';

/** What a client may call its software (KIP-511). */
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/**
 * ApiVersions tells what else is served; the list is the registry itself.
 *
 * A version above the range is answered as v0 with UNSUPPORTED_VERSION, before it gets here.
 */
export const apiVersions = defineApi(messages.apiVersions, {
  versions: [0, 4],
  limits: [
    'Levels of features are those of the release; only those of transaction.version and group.version can be chosen.',
  ],
  handle(context, { clientSoftwareName, clientSoftwareVersion }) {
    const { registry, session, version } = context;
    const named = version < 3 || (SOFTWARE.test(clientSoftwareName) && SOFTWARE.test(clientSoftwareVersion));
    if (!named) return { errorCode: codeOf('INVALID_REQUEST'), apiKeys: [] };
    session.versionsTold(version < 3 ? undefined : { name: clientSoftwareName, version: clientSoftwareVersion });
    return { errorCode: 0, apiKeys: apiKeys(registry), ...features(context) };
  },
  fail: (_request, errorCode) => ({ errorCode, apiKeys: [] }),
});

/** Version 3 has no way to say that a feature's lowest level is 0, so it leaves such features out of the first list. */
function features({ version, options, registry }: RequestContext) {
  if (version < 3) return {};
  const known = featuresOf(options.asVersion, (apiKey) => registry.get(apiKey) !== undefined);
  const supported = known.filter(({ lowest }) => version >= 4 || lowest > 0);
  const chosen: Readonly<Record<string, number>> = {
    'transaction.version': options.transactionVersion,
    'group.version': options.groupVersion,
  };
  const finalized = known.map(({ name, level }) => ({
    name,
    level: chosen[name] ?? level,
  }));
  return {
    supportedFeatures: supported.map(({ name, lowest, highest }) => ({
      name,
      minVersion: lowest,
      maxVersion: highest,
    })),
    finalizedFeaturesEpoch: 1n,
    // A level of 0 is said by silence.
    finalizedFeatures: finalized
      .filter(({ level }) => level > 0)
      .map(({ name, level }) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
  };
}
