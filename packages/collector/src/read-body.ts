import type { Exchange } from './exchange.ts';
import { Refusal } from './refusal.ts';

function tooLarge(limit: number, actual: number, words: string): Refusal {
  return new Refusal(
    'request-too-large',
    `The request has ${words}${actual} bytes; the limit is ${limit}. Send fewer events in one request.`,
    { limit, actual },
  );
}

/** What {@link BodyReader} is bounded by. */
export interface BodyLimits {
  readonly requestBytes: number;
  readonly inFlightBytes: number;
}

/** Reads bodies, each within its bound and all together within theirs: many slow senders must not fill the memory. */
export class BodyReader {
  readonly #limits: BodyLimits;
  #inFlight = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /**
   * What `use` makes of the whole body, which counts as in flight until then. Refuses a body as soon as it is known to be too
   * large: by its declared length, else while it arrives.
   */
  async with<Result>({ body, header }: Exchange, use: (bytes: Uint8Array) => Promise<Result>): Promise<Result> {
    const limit = this.#limits.requestBytes;
    const declared = Number(header('content-length') ?? 0);
    if (declared > limit) throw tooLarge(limit, declared, '');
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of incomplete(body)) {
        size += chunk.length;
        this.#inFlight += chunk.length;
        if (size > limit) throw tooLarge(limit, size, 'at least ');
        if (this.#inFlight > this.#limits.inFlightBytes) throw this.#overloaded();
        chunks.push(chunk);
      }
      return await use(joined(chunks, size));
    } finally {
      this.#inFlight -= size;
    }
  }

  #overloaded(): Refusal {
    const limit = this.#limits.inFlightBytes;
    const message = `Requests in flight have ${this.#inFlight} bytes together; the limit is ${limit}. Send the same events again.`;
    return new Refusal('overloaded', message, { limit, actual: this.#inFlight });
  }
}

async function* incomplete(body: Exchange['body']): AsyncGenerator<Uint8Array> {
  try {
    if (body !== undefined) yield* body;
  } catch {
    throw new Refusal('body-incomplete', 'The body ended before its declared length, or the connection was lost.');
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
