import type { AnyApi, RequestOf, ResponseInput } from '@eventstream/kafka-protocol';
import type { NamedPart, Part } from '../faults/parts.ts';
import type { RequestContext } from './context.ts';

/** What one file under `apis/` exports: everything the broker knows about one API. */
export type ApiDefinition<Of extends AnyApi = AnyApi> = {
  readonly message: Of;
  /** The lowest and highest version served. */
  readonly versions: readonly [number, number];
  /** The range ApiVersions shows, where clients must be told more than is served. Default: `versions`. */
  readonly advertised?: readonly [number, number];
  /** What real brokers do and this one does not, in words for the generated docs table. */
  readonly limits: readonly string[];
  /** Answers a request. It sees coordinators and the caller's identity, never a socket, a timer or a byte of framing. */
  handle(context: RequestContext, request: RequestOf<Of>): ResponseInput<Of> | Promise<ResponseInput<Of>>;
  /** The answer that refuses the request with `errorCode` in every place the protocol wants it; faults use it too. */
  fail(request: RequestOf<Of>, errorCode: number): ResponseInput<Of>;
  /** What the request is about without naming it, for fault rules. */
  impliedParts?(context: RequestContext, request: RequestOf<Of>): readonly Part[];
  /** What is served although a part of the request is refused, where leaving that part out would change more than it. */
  besideRefusal?(request: RequestOf<Of>): RequestOf<Of>;
  /** A request for these parts alone, where the request itself need not name them; its refusal is laid over the answer. */
  requestFor?(request: RequestOf<Of>, parts: readonly NamedPart[]): RequestOf<Of>;
  /** What happens instead of an answer when the sender wants none; `undefined` when it does. */
  insteadOfReply?(request: RequestOf<Of>, response: ResponseInput<Of>): 'silent' | 'close' | undefined;
};

/** What a file under `apis/` declares besides its message. */
export type ApiRules<Of extends AnyApi> = Omit<ApiDefinition<Of>, 'message' | 'limits'> & {
  readonly limits?: readonly string[];
};

/** Ties rules to a message, so that requests and answers are typed by its schema. */
export function defineApi<Of extends AnyApi>(message: Of, rules: ApiRules<Of>): ApiDefinition<Of> {
  return { ...rules, message, limits: rules.limits ?? [] };
}
