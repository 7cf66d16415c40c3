import type { AnyApi, ErrorName, RequestOf, ResponseInput } from '@eventstream/kafka-protocol';
import type { AclResource } from '../acls/acl.ts';
import { apiNeeds } from '../acls/api-needs.ts';
import type { ApiNeeds, ListNeeds, Need } from '../acls/needs.ts';
import type { RequestContext } from './context.ts';
import type { ApiDefinition } from './define-api.ts';
import { codeOf } from './errors.ts';

type Request = RequestOf<AnyApi>;
type Response = ResponseInput<AnyApi>;
type Fields = Readonly<Record<string, unknown>>;

const refusals: Readonly<Record<AclResource, ErrorName>> = {
  topic: 'TOPIC_AUTHORIZATION_FAILED',
  group: 'GROUP_AUTHORIZATION_FAILED',
  cluster: 'CLUSTER_AUTHORIZATION_FAILED',
  transactionalId: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  delegationToken: 'DELEGATION_TOKEN_AUTHORIZATION_FAILED',
  user: 'CLUSTER_AUTHORIZATION_FAILED',
};

/**
 * Serves as much of a request as its sender may ask for. What it may not is refused by the API's own `fail`, which knows
 * where the codes have to stand; so handlers know nothing of it.
 */
export function serveAllowed(
  api: ApiDefinition,
  context: RequestContext,
  request: Request,
): Response | Promise<Response> {
  const needs = context.security.authorizer.enabled ? apiNeeds.get(api.message.name) : undefined;
  if (!needs) return api.handle(context, request);
  const missing = missingOf(needs, context, request);
  if (missing) return api.fail(request, codeOf(missing));
  const each = needs.each?.find(({ list }) => listIn(request, list).length > 0);
  const parts = each && splitByNeeds(each, context, request);
  const whole = !parts || parts.refused.size === 0;
  const served = whole ? api.handle(context, request) : new Partly(api, each, parts).serve(context, request);
  return withoutHidden(needs, { context, request }, served);
}

function missingOf(needs: ApiNeeds, context: RequestContext, request: Request): ErrorName | undefined {
  const all = needs.whole?.(request as never, context.version) ?? [];
  const unmet = all.find((need) => !isMet(need, context));
  return unmet && refusalOf(unmet);
}

function isMet(need: Need, { may }: RequestContext): boolean {
  return need.some(may);
}

function refusalOf(need: Need): ErrorName {
  return refusals[need.at(-1)!.resource];
}

type Parts = { readonly allowed: readonly unknown[]; readonly refused: ReadonlyMap<ErrorName, readonly unknown[]> };

function splitByNeeds({ list, need }: ListNeeds, context: RequestContext, request: Request): Parts {
  const allowed: unknown[] = [];
  const refused = new Map<ErrorName, unknown[]>();
  for (const element of listIn(request, list)) {
    const wanted = need(element as never, context, request as never);
    if (!wanted || isMet(wanted, context)) allowed.push(element);
    else refused.set(refusalOf(wanted), [...(refused.get(refusalOf(wanted)) ?? []), element]);
  }
  return { allowed, refused };
}

/** A request of which a part is allowed. */
class Partly {
  readonly #api: ApiDefinition;
  readonly #needs: ListNeeds;
  readonly #parts: Parts;

  constructor(api: ApiDefinition, needs: ListNeeds, parts: Parts) {
    this.#api = api;
    this.#needs = needs;
    this.#parts = parts;
  }

  serve(context: RequestContext, request: Request): Response | Promise<Response> {
    const { allowed } = this.#parts;
    const { others } = this.#needs;
    // A request of nothing but what is refused is not handled: to some APIs, an empty list means everything.
    if (allowed.length === 0) return this.#refuse(request, this.#blank(request));
    if (others) return this.#refuse(request, this.#fail(request, allowed, others));
    const served = this.#api.handle(context, { ...request, [this.#needs.list]: allowed } as Request);
    return served instanceof Promise
      ? served.then((response) => this.#refuse(request, response))
      : this.#refuse(request, served);
  }

  /** The answer with the refusals put beside what stands there already. */
  #refuse(request: Request, response: Response): Response {
    const { answers } = this.#needs;
    const refusals = [...this.#parts.refused].flatMap(([error, elements]) =>
      listIn(this.#fail(request, elements, error), answers),
    );
    return { ...response, [answers]: [...listIn(response, answers), ...refusals] } as Response;
  }

  /** An answer without elements; refusals stand in its list, so its own error, if it has one, is none. */
  #blank(request: Request): Response {
    const [[error, elements] = ['NONE', []] as const] = this.#parts.refused;
    const refusal = { ...this.#fail(request, elements, error), [this.#needs.answers]: [] };
    return ('errorCode' in refusal ? { ...refusal, errorCode: 0 } : refusal) as Response;
  }

  #fail(request: Request, elements: readonly unknown[], error: ErrorName): Response {
    return this.#api.fail({ ...request, [this.#needs.list]: elements } as Request, codeOf(error));
  }
}

function listIn(response: object, list: string): readonly unknown[] {
  const value = (response as Fields)[list];
  return Array.isArray(value) ? value : [];
}

function withoutHidden(
  needs: ApiNeeds,
  { context, request }: { readonly context: RequestContext; readonly request: Request },
  response: Response | Promise<Response>,
): Response | Promise<Response> {
  const { censor, shown } = needs;
  if (!shown && !censor) return response;
  if (response instanceof Promise) {
    return response.then((settled) => withoutHidden(needs, { context, request }, settled));
  }
  // As the needs, it was looked up by the message that the answer is of.
  if (censor) return censor(response as never, context, request as never) as Response;
  if (!shown) return response;
  const visible = listIn(response, shown.list).filter((element) => isMet(shown.need(element as never), context));
  return { ...response, [shown.list]: visible } as Response;
}
