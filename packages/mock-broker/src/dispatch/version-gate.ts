import { encodeResponseFrame, errorCodes, messages } from '@eventstream/kafka-protocol';
import { isAtLeast, type KafkaRelease } from '../cluster/releases.ts';
import type { Outcome } from '../network/connection.ts';
import type { ApiDefinition } from './define-api.ts';
import type { Registry } from './registry.ts';

/** What the version of a request leads to. */
export type Verdict = 'serve' | 'answer-as-v0' | 'close';

/** An unknown API or version ends the connection, except ApiVersions, with which clients find out what is known. */
export function gate(api: ApiDefinition | undefined, version: number): Verdict {
  if (!api) return 'close';
  const [lowest, highest] = api.versions;
  if (version >= lowest && version <= highest) return 'serve';
  return api.message.key === messages.apiVersions.key ? 'answer-as-v0' : 'close';
}

/**
 * Tells a client from the future which versions of ApiVersions to use, in the one version every client can read
 * (KIP-511); brokers before 2.4 only say that they do not understand.
 */
export function answerUnknownApiVersions(registry: Registry, release: KafkaRelease, correlationId: number): Outcome {
  const itself = apiKeys(registry).filter(({ apiKey }) => apiKey === messages.apiVersions.key);
  const response = {
    errorCode: errorCodes.UNSUPPORTED_VERSION,
    apiKeys: isAtLeast(release, '2.4') ? itself : [],
  };
  return {
    kind: 'reply',
    parts: [encodeResponseFrame(messages.apiVersions, { version: 0, correlationId }, response)],
  };
}

/** Every served API with its range, in key order. */
export function apiKeys(registry: Registry): { apiKey: number; minVersion: number; maxVersion: number }[] {
  return registry.list().map(({ message, versions, advertised = versions }) => ({
    apiKey: message.key,
    minVersion: advertised[0],
    maxVersion: advertised[1],
  }));
}
