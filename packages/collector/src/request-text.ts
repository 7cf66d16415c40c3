import type { CollectorLimits } from './options.ts';
import { Refusal } from './refusal.ts';
import { endOfString, insideArray, insideObject, type Piece, splitContainer, trim } from './split-json.ts';

/** One event of a request: read, or known well enough to be refused by name. */
export type RequestEvent =
  | { readonly id: string; readonly fields: Readonly<Record<string, unknown>> }
  | {
      readonly id: string;
      readonly refused: 'event-too-large' | 'too-deep';
      readonly limit: number;
      readonly actual: number;
    };

/** A request's body, read. */
export interface RequestContent {
  /** Epoch milliseconds by the sender's clock. */
  readonly sentAt: number;
  readonly events: readonly RequestEvent[];
}

// Bytes that are not UTF-8 are refused rather than replaced; a byte order mark is not JSON.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const eventId = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;
const frameMembers = 64;
const colon = 0x3a;

function broken(): Refusal {
  return new Refusal('broken-json', 'The body is not valid JSON. Nothing of it was taken.');
}

function wrongShape(what: string): Refusal {
  return new Refusal('wrong-shape', `${what}. Send { "sentAt": <epoch ms>, "events": [ { "id", "type", … } ] }.`);
}

/** Reads a body. Throws a {@link Refusal} for what is wrong with the request as a whole. */
export class RequestReader {
  readonly #bytes: Uint8Array;
  readonly #limits: CollectorLimits;

  constructor(bytes: Uint8Array, limits: CollectorLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  read(): RequestContent {
    this.#assertUtf8();
    const frame = this.#frame();
    const sentAt = frame.get('sentAt');
    const events = frame.get('events');
    if (events === undefined) throw wrongShape('"events" is missing');
    if (sentAt === undefined) throw wrongShape('"sentAt" is missing');
    const sent = this.#parse(sentAt);
    if (typeof sent !== 'number' || !Number.isFinite(sent)) throw wrongShape('"sentAt" is not a number');
    return { sentAt: sent, events: this.#events(events) };
  }

  #assertUtf8(): void {
    try {
      utf8.decode(this.#bytes);
    } catch {
      throw new Refusal('invalid-utf8', 'The body is not valid UTF-8. Nothing of it was taken.');
    }
  }

  #frame(): ReadonlyMap<string, Piece> {
    const [from, to] = trim(this.#bytes, 0, this.#bytes.length);
    const inside = insideObject(this.#bytes, { from, to });
    if (inside === undefined) throw this.#bytes[from] === 0x7b ? broken() : wrongShape('The body is not a JSON object');
    const members = this.#members(inside, frameMembers);
    for (const [name, piece] of members) if (name !== 'events') this.#parse(piece);
    return members;
  }

  #members(inside: readonly [number, number], atMost: number): Map<string, Piece> {
    const split = splitContainer(this.#bytes, inside, atMost);
    if (split === undefined) throw broken();
    if (split.count > atMost) throw wrongShape(`An object of the frame has more than ${atMost} members`);
    const members = new Map<string, Piece>();
    for (const piece of split.pieces) {
      const [name, value] = this.#member(piece);
      if (members.has(name)) throw wrongShape('A member of the frame is given twice');
      members.set(name, value);
    }
    return members;
  }

  #member({ from, to, depth }: Piece): readonly [name: string, value: Piece] {
    const end = this.#bytes[from] === 0x22 ? endOfString(this.#bytes, from, to) : -1;
    if (end < 0) throw broken();
    const [separator] = trim(this.#bytes, end + 1, to);
    if (this.#bytes[separator] !== colon || separator >= to) throw broken();
    const [valueFrom, valueTo] = trim(this.#bytes, separator + 1, to);
    const name = this.#parse({ from, to: end + 1, depth: 0 });
    return [String(name), { from: valueFrom, to: valueTo, depth }];
  }

  #parse({ from, to, depth }: Piece): unknown {
    const limit = this.#limits.depth;
    if (depth > limit + 1) {
      const message = `The body nests ${depth} deep; the limit is ${limit}.`;
      throw new Refusal('too-deep', message, { limit, actual: depth });
    }
    try {
      return JSON.parse(utf8.decode(this.#bytes.subarray(from, to)));
    } catch {
      throw broken();
    }
  }

  #events(piece: Piece): RequestEvent[] {
    const inside = insideArray(this.#bytes, piece);
    if (inside === undefined) throw wrongShape('"events" is not an array');
    const limit = this.#limits.events;
    const split = splitContainer(this.#bytes, inside, limit);
    if (split === undefined) throw broken();
    if (split.count > limit) {
      const message = `The request has ${split.count} events; the limit is ${limit}. Send fewer events in one request.`;
      throw new Refusal('too-many-events', message, { limit, actual: split.count });
    }
    return split.pieces.map((event, index) => this.#event(event, index));
  }

  #event(piece: Piece, index: number): RequestEvent {
    const { eventBytes, depth } = this.#limits;
    const size = piece.to - piece.from;
    const unread = (refused: 'event-too-large' | 'too-deep', limit: number, actual: number): RequestEvent => {
      return { id: idOf(this.#idWithoutParsing(piece, index), index), refused, limit, actual };
    };
    if (size > eventBytes) return unread('event-too-large', eventBytes, size);
    // The event's own braces are one level; what counts is how deep its data nests.
    if (piece.depth > depth + 1) return unread('too-deep', depth, piece.depth - 1);
    const event = this.#parse(piece);
    if (typeof event !== 'object' || event === null || Array.isArray(event))
      throw wrongShape(`events[${index}] is not an object`);
    const fields = event as Readonly<Record<string, unknown>>;
    return { id: idOf(fields['id'], index), fields };
  }

  #idWithoutParsing(piece: Piece, index: number): unknown {
    const inside = insideObject(this.#bytes, piece);
    if (inside === undefined) throw wrongShape(`events[${index}] is not an object`);
    const id = this.#members(inside, frameMembers).get('id');
    return id === undefined ? undefined : this.#parse(id);
  }
}

/** Results are told by id: an event that has none could not be answered for, so the request is refused. */
function idOf(id: unknown, index: number): string {
  if (typeof id === 'string' && eventId.test(id)) return id;
  throw wrongShape(`events[${index}].id is not 1 to 64 letters, digits, "-", "_", "." or ":"`);
}
