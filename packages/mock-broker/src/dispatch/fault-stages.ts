import {
  type AnyApi,
  parseRequestFrame,
  type RequestFrame,
  type RequestOf,
  type ResponseInput,
} from '@eventstream/kafka-protocol';
import { corruptByte, corruptRecordsIn } from '../faults/corruption.ts';
import type { FaultEffect } from '../faults/effect.ts';
import type { Faults } from '../faults/faults.ts';
import { groupsOf, type RequestView, transactionalIdsOf } from '../faults/match.ts';
import { partsOf } from '../faults/parts.ts';
import { type Refusable, Refusal, resolved } from '../faults/refuse.ts';
import type { FaultRule } from '../faults/rule.ts';
import type { RequestEntry } from '../inspect/request-log.ts';
import type { Signal } from '../log/signal.ts';
import type { Outcome } from '../network/connection.ts';
import type { Clock } from '../time/clock.ts';
import type { ClusterState } from './context.ts';

type Request = RequestOf<AnyApi>;
type Response = ResponseInput<AnyApi>;
type Served = Response | 'close';
type Serve = (request: Request) => Response | Promise<Response>;
type Waiting = Extract<FaultEffect, { kind: 'delay' | 'hold' | 'silence' | 'disconnect' }>;

/** A request as it goes through the stages. */
export type StagedCall = Refusable & { readonly head: RequestFrame; readonly entry: RequestEntry };

/** Size prefix and correlation id: an answer whose correlation id is wrong belongs to no request at all. */
const ANSWER_BODY_AT = 8;

/** The stages at which faults strike. None is entered while no rule was ever placed. */
export class FaultStages {
  readonly #faults: Faults;
  readonly #cluster: Pick<ClusterState, 'catalog'> & { readonly clock: Clock };

  constructor(cluster: ClusterState, faults: Faults) {
    this.#cluster = cluster;
    this.#faults = faults;
  }

  /** Before anything is decoded: the frame that goes on, or `close`. Its header was readable. */
  async frame(
    frame: Uint8Array,
    head: RequestFrame,
    caller: { nodeId: number; closed: Signal; api: string; struck: (rule: string) => void },
  ): Promise<RequestFrame | 'close'> {
    const { apiVersion: version, clientId } = head;
    const rule = this.#faults.strike('frame', { ...caller, version, clientId: clientId ?? '' });
    if (!rule) return head;
    const { effect } = rule;
    if (effect.kind !== 'corrupt') return (await this.#wait(effect as Waiting, caller.closed)) ? head : 'close';
    return parseRequestFrame(corruptByte([frame], effect.byte, frame.byteLength - head.body.byteLength));
  }

  /** Around the handler: what is answered, or `close`. */
  async serve(call: StagedCall, serve: Serve): Promise<Served> {
    const rule = this.#faults.strike('body', this.#viewOf(call));
    if (!rule) return serve(call.request);
    return rule.stage === 'request'
      ? this.#before(call, rule, serve)
      : this.#after(call, rule, await serve(call.request));
  }

  /** The bytes of an answer: what is sent of them. */
  wire(call: StagedCall, parts: readonly Uint8Array[]): Pick<Extract<Outcome, { kind: 'reply' }>, 'parts' | 'broken'> {
    const effect = this.#faults.strike('wire', this.#viewOf(call))?.effect;
    if (effect?.kind === 'corrupt') return { parts: [corruptByte(parts, effect.byte, ANSWER_BODY_AT)] };
    if (effect?.kind === 'cut') return { parts, broken: { afterBytes: effect.afterBytes, next: 'close' } };
    if (effect?.kind !== 'stall') return { parts };
    const { closed } = call.context;
    const next = effect.ms === undefined ? over(closed) : this.#elapse(effect.ms);
    return { parts, broken: { afterBytes: effect.afterBytes, next } };
  }

  async #before(call: StagedCall, rule: FaultRule, serve: Serve): Promise<Served> {
    const { effect } = rule;
    if (effect.kind === 'fail') return new Refusal(call, rule.selection, effect.error).instead(serve);
    if (effect.kind === 'corrupt-records') return serve(corruptRecordsIn(call.request) as Request);
    return (await this.#wait(effect as Waiting, call.context.closed)) ? serve(call.request) : 'close';
  }

  async #after(call: StagedCall, rule: FaultRule, response: Response): Promise<Served> {
    const { effect } = rule;
    const { context, request } = call;
    if (effect.kind === 'apply-then' && (effect.outcome === 'disconnect' || effect.outcome === 'silence')) {
      await this.#wait({ kind: effect.outcome }, context.closed);
      return 'close';
    }
    if (effect.kind === 'apply-then') return this.#falsified(call, rule, response);
    if (effect.kind === 'fail') return this.#falsified(call, rule, response);
    if (effect.kind === 'corrupt-records') return corruptRecordsIn(resolved(response, context)) as Response;
    if (effect.kind !== 'reply') return (await this.#wait(effect as Waiting, context.closed)) ? response : 'close';
    const answer = resolved(response, context);
    return (
      typeof effect.with === 'function' ? effect.with(answer, request) : { ...answer, ...effect.with }
    ) as Response;
  }

  #falsified(call: StagedCall, { effect, selection }: FaultRule, response: Response): Response {
    const error = effect.kind === 'fail' ? effect.error : effect.kind === 'apply-then' ? effect.outcome : 'NONE';
    if (error === 'disconnect' || error === 'silence') return response;
    const refusal = new Refusal(call, selection, error).over(response);
    call.context.splice.clear();
    return refusal;
  }

  /** Whether the request goes on afterwards. Time and gates let it on even when its client is gone by then. */
  async #wait(effect: Waiting, closed: Signal): Promise<boolean> {
    if (effect.kind === 'delay') await this.#elapse(effect.ms);
    if (effect.kind === 'hold') await this.#faults.gate(effect.gate).pass();
    if (effect.kind === 'silence') await over(closed);
    return effect.kind === 'delay' || effect.kind === 'hold';
  }

  #elapse(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#cluster.clock.schedule(ms, resolve));
  }

  #viewOf({ api, head, request, context, entry }: StagedCall): RequestView {
    const nameOfId = (id: string) => this.#cluster.catalog.byId(id)?.name;
    return {
      api: api.message.name,
      version: head.apiVersion,
      nodeId: context.nodeId,
      clientId: head.clientId ?? '',
      parts: () => [...partsOf(request, nameOfId), ...(api.impliedParts?.(context, request) ?? [])],
      groups: () => groupsOf(request),
      transactionalIds: () => transactionalIdsOf(request),
      struck: (rule) => entry.struck(rule),
    };
  }
}

function over(closed: Signal): Promise<void> {
  return new Promise((resolve) => void closed.subscribe(resolve));
}
