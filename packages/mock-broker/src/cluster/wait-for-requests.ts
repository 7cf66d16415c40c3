import type { ApiName } from '@eventstream/kafka-protocol';
import type { Observers } from '../observers.ts';

/** Which requests are waited for; a field left out takes all. */
export type RequestWish = { readonly api?: ApiName; readonly node?: number; readonly client?: string };

/** Resolves when `count` matching requests have come in from now on. */
export function waitForRequests(
  observers: Observers,
  count: number,
  { api, node, client }: RequestWish,
): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    if (left <= 0) resolve();
    const stop = observers.on('arrival', (request) => {
      if (api !== undefined && request.api !== api) return;
      if (node !== undefined && request.nodeId !== node) return;
      if (client !== undefined && request.clientId !== client) return;
      left -= 1;
      if (left > 0) return;
      stop();
      resolve();
    });
  });
}
