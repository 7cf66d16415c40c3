import type { AnyApi, ErrorName, RequestOf, ResponseInput } from '@eventstream/kafka-protocol';
import { errorCodes, zeroUuid } from '@eventstream/kafka-protocol';
import { apiNeeds } from '../acls/api-needs.ts';
import type { RequestContext } from '../dispatch/context.ts';
import type { ApiDefinition } from '../dispatch/define-api.ts';
import { type FaultSelection, meets } from './match.ts';
import { overlay, placeCode } from './overlay.ts';
import { type Part, partsOf, splitParts } from './parts.ts';

type Request = RequestOf<AnyApi>;
type Response = ResponseInput<AnyApi>;

/** A request as the fault stages hold it. */
export type Refusable = {
  readonly api: ApiDefinition;
  readonly context: RequestContext;
  readonly request: Request;
};

/** These only tell something, so an error may be written into what they answered. */
const reads = new Set(['Metadata', 'OffsetFetch', 'DescribeTopicPartitions']);

/** Serves a request but for the parts a rule selected, which are refused with its error. */
export class Refusal {
  readonly #call: Refusable;
  readonly #code: number;
  readonly #isStruck: (part: Part) => boolean;
  /** As `#isStruck`, but a topic does not stand for the partition that was selected. */
  readonly #isExact: (part: Part) => boolean;
  readonly #nameOfId: (id: string) => string | undefined;

  constructor(call: Refusable, selection: FaultSelection, error: ErrorName) {
    this.#call = call;
    this.#code = errorCodes[error];
    this.#isStruck = selection.topic === undefined ? () => true : (part) => meets(selection, part);
    this.#isExact = (part) =>
      this.#isStruck(part) && (selection.partition === undefined || part.partition !== undefined);
    this.#nameOfId = (id) => call.context.catalog.byId(id)?.name;
  }

  /** `serve` is given what is not refused. */
  async instead(serve: (request: Request) => Response | Promise<Response>): Promise<Response> {
    const { api, context, request } = this.#call;
    const struck = this.#struck();
    const rest = this.#rest();
    if (!struck || !rest) return this.#whole(serve);
    const refused = api.fail(struck, this.#code);
    const others = apiNeeds.get(api.message.name)?.each?.find(({ others: code }) => code)?.others;
    if (others) return overlay(api.fail(rest, errorCodes[others]), refused, this.#nameOfId) as Response;
    if (!this.#speaksOfStruck(refused) && reads.has(api.message.name)) {
      return this.#placed(await serve(request));
    }
    return overlay(resolved(await serve(rest), context), refused, this.#nameOfId) as Response;
  }

  /** The refusal laid over an answer that was already given. */
  over(answer: Response): Response {
    const { api, context, request } = this.#call;
    const struck = this.#struck();
    if (!struck) return api.fail(request, this.#code);
    if (this.#rest() === undefined) return api.fail(request, this.#code);
    const refused = api.fail(struck, this.#code);
    if (!this.#speaksOfStruck(refused)) return this.#placed(answer);
    return overlay(resolved(answer, context), refused, this.#nameOfId) as Response;
  }

  /** Nothing is left beside what is refused. */
  async #whole(serve: (request: Request) => Response | Promise<Response>): Promise<Response> {
    const { api, request } = this.#call;
    const refused = api.fail(request, this.#code);
    const isPlaced = this.#speaksOfStruck(refused) || !this.#struck() || !reads.has(api.message.name);
    return isPlaced ? refused : this.#placed(await serve(request));
  }

  #placed(answer: Response): Response {
    const { context } = this.#call;
    const rules = { nameOfId: this.#nameOfId, isStruck: this.#isExact };
    return placeCode(resolved(answer, context), this.#code, rules) as Response;
  }

  #struck(): Request | undefined {
    const { api, context, request } = this.#call;
    if (!api.requestFor) return splitParts(request, this.#nameOfId, this.#isStruck).struck as Request | undefined;
    const named = [...partsOf(request, this.#nameOfId), ...(api.impliedParts?.(context, request) ?? [])];
    const parts = named.filter(this.#isStruck);
    const withIds = parts.map((part) => ({ ...part, topicId: context.catalog.byName(part.topic)?.id ?? zeroUuid }));
    return parts.length === 0 ? undefined : api.requestFor(request, withIds);
  }

  #rest(): Request | undefined {
    const { api, request } = this.#call;
    if (api.besideRefusal) return api.besideRefusal(request);
    return splitParts(request, this.#nameOfId, this.#isStruck).rest as Request | undefined;
  }

  #speaksOfStruck(refused: object): boolean {
    return partsOf(refused, this.#nameOfId).some(this.#isExact);
  }
}

/** The answer with every stand-in replaced by the bytes it stands for, so that parts of it can be taken out. */
export function resolved(answer: object, { splice }: Pick<RequestContext, 'splice'>): object {
  const resolve = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return splice.resolve(value);
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  };
  const whole = resolve(answer) as object;
  splice.clear();
  return whole;
}
