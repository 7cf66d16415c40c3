import { api } from '../schema/api.ts';
import { array, bool, int16, int32, int64, string } from '../schema/field.ts';

/**
 * ApiVersions tells which APIs and versions a broker has, and its features.
 *
 * v3 is flexible and names the client's software (KIP-511). v4 is v3 with features whose lowest level is 0. A broker
 * answers an unknown version in v0 with UNSUPPORTED_VERSION, and the response header has no tags in any version, since
 * the client may not know the version yet.
 */
export const apiVersions = api({
  key: 18,
  name: 'ApiVersions',
  versions: '0-4',
  flexible: '3+',
  responseHeader: 0,
  request: {
    clientSoftwareName: string({ versions: '3+', ignorable: true }),
    clientSoftwareVersion: string({ versions: '3+', ignorable: true }),
  },
  response: {
    errorCode: int16(),
    apiKeys: array({
      apiKey: int16(),
      minVersion: int16(),
      maxVersion: int16(),
    }),
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    supportedFeatures: array(
      {
        name: string(),
        minVersion: int16(),
        maxVersion: int16(),
      },
      { versions: '3+', tag: 0, ignorable: true },
    ),
    finalizedFeaturesEpoch: int64({ versions: '3+', default: -1n, tag: 1, ignorable: true }),
    finalizedFeatures: array(
      {
        name: string(),
        maxVersionLevel: int16(),
        minVersionLevel: int16(),
      },
      { versions: '3+', tag: 2, ignorable: true },
    ),
    zkMigrationReady: bool({ versions: '3+', default: false, tag: 3, ignorable: true }),
  },
});
