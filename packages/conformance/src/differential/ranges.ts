import { decodeResponseFrame, encodeRequestFrame, messages } from '@eventstream/kafka-protocol';
import type { Ranges } from './play.ts';
import type { Subject } from './subjects.ts';
import { Wire } from './wire.ts';

/** The versions a broker says it serves. */
export async function rangesOf({ name, port }: Subject): Promise<Ranges> {
  const wire = await Wire.open(port);
  const address = { version: 0, correlationId: 1, clientId: 'differential' };
  const fate = await wire.ask(encodeRequestFrame(messages.apiVersions, address, {}), 5000);
  wire.close();
  if (fate.kind !== 'frame') throw new Error(`${name} did not say what it serves: ${fate.kind}.`);
  const { apiKeys } = decodeResponseFrame(messages.apiVersions, 0, fate.frame).response;
  return new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion] as const]));
}
