import { encodeResponseFrame, errorCodes, messages } from '@eventstream/kafka-protocol';
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

/** Tells a client from the future which versions to use, in the one version every client can read (KIP-511). */
export function answerUnknownApiVersions(registry: Registry, correlationId: number): Outcome {
  const response = { errorCode: errorCodes.UNSUPPORTED_VERSION, apiKeys: apiKeys(registry) };
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
