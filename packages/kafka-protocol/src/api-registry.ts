import { messages } from './messages/index.ts';
import { ProtocolError } from './protocol-error.ts';
import type { AnyApi } from './schema/api.ts';

/** The names of all APIs, as Kafka spells them: `'Produce' | 'Fetch' | …`. */
export type ApiName = (typeof messages)[keyof typeof messages]['name'];

/** Every API, in key order. */
export const apiList: readonly AnyApi[] = Object.values(messages);

const byKey: ReadonlyMap<number, AnyApi> = new Map(apiList.map((api) => [api.key, api]));
const byName: ReadonlyMap<string, AnyApi> = new Map(apiList.map((api) => [api.name, api]));

/** The API of a key, or undefined where a peer is newer than this package. */
export function apiByKey(key: number): AnyApi | undefined {
  return byKey.get(key);
}

/** The API of a name. @throws ProtocolError `unknown_api` */
export function apiByName(name: ApiName): AnyApi {
  const api = byName.get(name);
  if (api === undefined)
    throw new ProtocolError('unknown_api', `no API is called "${name}"; names look like "JoinGroup"`);
  return api;
}
