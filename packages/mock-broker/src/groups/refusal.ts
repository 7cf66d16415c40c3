import type { ErrorName } from '@eventstream/kafka-protocol';

/** Why a request is refused, in a real broker's words. */
export type Refusal = { readonly error: ErrorName; readonly message: string };

export function refuse(error: ErrorName, message: string): Refusal {
  return { error, message };
}

export function isRefusal(value: object): value is Refusal {
  return 'error' in value && 'message' in value;
}
