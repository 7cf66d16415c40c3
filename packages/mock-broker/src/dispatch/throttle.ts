import { type AnyApi, messages } from '@eventstream/kafka-protocol';
import type { ByteRate, QuotaPayer } from '../quotas/quotas.ts';
import { requestTimeMs } from '../quotas/request-time.ts';
import type { RequestContext } from './context.ts';

/** What a request and its answer weigh. */
export type Weight = { readonly requestBytes: number; readonly answerBytes: number };

/** For how long the sender of a request has to be silent, as far as its handler knows. */
export class Throttle {
  #ms = 0;

  get ms(): number {
    return this.#ms;
  }

  atLeast(ms: number): void {
    this.#ms = Math.max(this.#ms, ms);
  }
}

/** Which quota of bytes an API is charged to, and by what. */
const byteCharges = new Map<number, (weight: Weight) => [rate: ByteRate, bytes: number]>([
  [messages.produce.key, ({ requestBytes }) => ['producer_byte_rate', requestBytes]],
  [messages.fetch.key, ({ answerBytes }) => ['consumer_byte_rate', answerBytes]],
]);

/** For how many ms the sender has to be silent: the longest that one of its quotas asks for (KIP-124, KIP-219). */
export function throttleOf(context: RequestContext, api: AnyApi, weight: Weight): number {
  const { quotas } = context.security;
  if (quotas.none || !('throttleTimeMs' in api.response.fields)) return 0;
  const payer = payerOf(context);
  const byteCharge = byteCharges.get(api.key)?.(weight);
  const forBytes = byteCharge ? quotas.charge(byteCharge[0], payer, byteCharge[1]) : 0;
  return Math.max(forBytes, quotas.chargeRequest(payer, requestTimeMs(weight)), context.throttle.ms);
}

/** Who pays for a request. */
export function payerOf({ session, clientId }: RequestContext): QuotaPayer {
  return { user: session.principal.slice(session.principal.indexOf(':') + 1), clientId };
}
