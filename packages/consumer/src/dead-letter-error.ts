const brand = Symbol.for('@eventstream/dead-letter');

/**
 * Thrown by a handler, makes its event a dead letter at once, without further attempts. For events that can never succeed:
 * the order was deleted, the amount is impossible.
 *
 * @example
 * ```ts
 * import { DeadLetterError } from '@eventstream/consumer';
 *
 * const error = new DeadLetterError('The order is not in the database.');
 * console.assert(error.message === 'The order is not in the database.');
 * ```
 */
export class DeadLetterError extends Error {
  override readonly name = 'DeadLetterError';

  /** @param message - Why. Stands in the dead letter's `es-dead-message` header: no personal data. */
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a value is a {@link DeadLetterError} of any copy of this package. */
export function isDeadLetterError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && brand in error;
}
