import { messages } from '@eventstream/kafka-protocol';
import type { ByteRate } from '../quotas/quotas.ts';
import type { RequestContext } from './context.ts';

/** What a request and its answer weigh. */
export type Weight = { readonly requestBytes: number; readonly answerBytes: number };

/** Which quota an API is charged to, and by what. */
const charges = new Map<number, (weight: Weight) => [rate: ByteRate, bytes: number]>([
  [messages.produce.key, ({ requestBytes }) => ['producer_byte_rate', requestBytes]],
  [messages.fetch.key, ({ answerBytes }) => ['consumer_byte_rate', answerBytes]],
]);

/** For how many ms the sender has to be silent, because of what it sent or was given (KIP-219). */
export function throttleOf(context: RequestContext, apiKey: number, weight: Weight): number {
  const charge = charges.get(apiKey)?.(weight);
  if (!charge) return 0;
  const [rate, bytes] = charge;
  const user = context.session.principal.slice(context.session.principal.indexOf(':') + 1);
  return context.security.quotas.charge(rate, { user, clientId: context.clientId }, bytes);
}
