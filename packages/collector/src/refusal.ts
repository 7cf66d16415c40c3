/** Why a whole request was refused: every code with its HTTP status. */
export const refusalStatus = {
  'broken-json': 400,
  'invalid-utf8': 400,
  'wrong-shape': 400,
  'too-deep': 400,
  'body-incomplete': 400,
  'write-key-unknown': 401,
  'origin-foreign': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'request-too-large': 413,
  'too-many-events': 413,
  'url-too-long': 414,
  'content-type-unsupported': 415,
  closing: 503,
  overloaded: 503,
  internal: 500,
} as const;

/** Why a whole request was refused. */
export type RefusalCode = keyof typeof refusalStatus;

/** A request that is refused as a whole: nothing of it was taken. The message never holds a payload or a write key. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /** Present when a limit was passed. */
  readonly bound: { readonly limit: number; readonly actual: number } | undefined;

  constructor(code: RefusalCode, message: string, bound?: { readonly limit: number; readonly actual: number }) {
    super(message);
    this.code = code;
    this.bound = bound;
  }

  get status(): number {
    return refusalStatus[this.code];
  }
}
