import {
  type AnyApi,
  decodeRequest,
  encodeResponseFrame,
  errorCodes,
  isProtocolError,
  messages,
  parseRequestFrame,
  type RequestFrame,
  type RequestOf,
  type ResponseInput,
} from '@eventstream/kafka-protocol';
import type { Faults } from '../faults/faults.ts';
import { errorsIn } from '../inspect/errors-in.ts';
import type { RequestEntry } from '../inspect/request-log.ts';
import type { Signal } from '../log/signal.ts';
import type { Outcome } from '../network/connection.ts';
import type { Session } from '../security/session.ts';
import { serveAllowed } from './authorise.ts';
import { takeBareToken } from './bare-token.ts';
import type { ClusterState, RequestContext } from './context.ts';
import type { ApiDefinition } from './define-api.ts';
import { FaultStages } from './fault-stages.ts';
import { Splice } from './splice.ts';
import { Throttle, throttleOf } from './throttle.ts';
import { answerUnknownApiVersions, gate } from './version-gate.ts';

/** The connection a request came over, as far as anything behind it may know. */
export type Caller = {
  readonly nodeId: number;
  readonly host: string;
  readonly remotePort: number;
  readonly closed: Signal;
  readonly session: Session;
};

type Asked = Omit<RequestContext, keyof ClusterState>;

type Call = {
  readonly api: ApiDefinition;
  readonly head: RequestFrame;
  readonly request: RequestOf<AnyApi>;
  readonly context: RequestContext;
  readonly entry: RequestEntry;
};

type Arrival = {
  readonly frame: Uint8Array;
  readonly head: RequestFrame;
  readonly caller: Caller;
  readonly entry: RequestEntry;
};

const close: Outcome = { kind: 'close' };

/** The way of every request through the broker, top to bottom. Handlers see none of it. */
export class Pipeline {
  readonly #cluster: ClusterState;
  readonly #faults: Faults;
  readonly #stages: FaultStages;
  /** Counts how often everything was put back: what a fault held since before must not be applied to what is there now. */
  #era = 0;

  constructor(cluster: ClusterState, faults: Faults) {
    this.#cluster = cluster;
    this.#faults = faults;
    this.#stages = new FaultStages(cluster, faults);
  }

  /** Lets no request be applied any more that came in before. */
  forgetRequests(): void {
    this.#era += 1;
  }

  /**
   * Decides what becomes of a frame. Bytes that are not a request end the connection, as on a real broker; whatever else
   * is thrown is a defect of this broker and must not look like a closed connection to the test that met it.
   */
  async serve(frame: Uint8Array, caller: Caller): Promise<Outcome> {
    if (caller.session.takesBareTokens) return takeBareToken(frame, caller.session);
    const head = readable(() => parseRequestFrame(frame));
    if (!head) return close;
    const entry = this.#begin(head, caller);
    const outcome = this.#faults.none
      ? await this.#dispatch(head, caller, entry)
      : await this.#dispatchFaulty({ frame, head, caller, entry });
    this.#report(entry, outcome);
    return outcome;
  }

  async #dispatchFaulty({ frame, head, caller, entry }: Arrival): Promise<Outcome> {
    const { nodeId, closed } = caller;
    const era = this.#era;
    const struck = (rule: string): void => entry.struck(rule);
    const passed = await this.#stages.frame(frame, head, { nodeId, closed, api: entry.api, struck });
    return passed === 'close' || era !== this.#era ? close : this.#dispatch(passed, caller, entry);
  }

  #dispatch(head: RequestFrame, caller: Caller, entry: RequestEntry): Promise<Outcome> | Outcome {
    const admission = caller.session.admit(kindOf(head.apiKey));
    if (admission === 'close') return close;
    const api = this.#cluster.registry.get(head.apiKey);
    const verdict = gate(api, head.apiVersion);
    if (verdict === 'close' || !api) return close;
    if (verdict === 'answer-as-v0') {
      const { registry, options } = this.#cluster;
      return answerUnknownApiVersions(registry, options.asVersion, head.correlationId);
    }
    const request = readable(() => decodeRequest(api.message, head.apiVersion, head.body));
    if (!request) return close;
    const call = { api, head, request, context: this.#contextOf(head, caller), entry };
    return admission === 'serve' ? this.#run(call) : illegal(call);
  }

  async #run(call: Call): Promise<Outcome> {
    const { api, request, context } = call;
    const era = this.#era;
    const serve = (asked: RequestOf<AnyApi>) =>
      era === this.#era
        ? this.#witnessed({ ...call, request: asked })
        : api.fail(asked, errorCodes.UNKNOWN_SERVER_ERROR);
    let response = this.#faults.none ? serve(request) : this.#stages.serve(call, serve);
    if (response instanceof Promise) response = await response;
    if (response === 'close') return close;
    call.entry.errors = errorsIn(response);
    const instead = api.insteadOfReply?.(request, response);
    if (instead) return { kind: instead };
    if (context.session.state === 'cut') return close;
    const thenClose = context.session.state === 'failed';
    const reply = { kind: 'reply' as const, thenClose, ...this.#encode(call, response) };
    return this.#faults.none ? reply : { ...reply, ...this.#stages.wire(call, reply.parts) };
  }

  #witnessed({ api, request, context }: Call): ResponseInput<AnyApi> | Promise<ResponseInput<AnyApi>> {
    const { observers } = this.#cluster;
    const served = serveAllowed(api, context, request);
    if (!observers.has('served')) return served;
    const tell = (response: ResponseInput<AnyApi>): ResponseInput<AnyApi> => {
      const { nodeId, version, clientId, splice } = context;
      const bytesOf = (records: Uint8Array): Uint8Array => splice.resolve(records);
      observers.emit('served', { nodeId, api: api.message.name, version, clientId, request, response, bytesOf });
      return response;
    };
    return served instanceof Promise ? served.then(tell) : tell(served);
  }

  /** The bytes of an answer; when they or the request exceed a quota, with how long the sender is muted for it. */
  #encode({ api, head, context }: Call, response: ResponseInput<AnyApi>) {
    const { apiVersion: version, correlationId } = head;
    const encode = (answer: ResponseInput<AnyApi>): Uint8Array[] => {
      const encoded = encodeResponseFrame(api.message, { version, correlationId }, answer);
      return context.splice.apply(encoded, api.message, version);
    };
    const parts = encode(response);
    const answerBytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const throttleTimeMs = throttleOf(context, api.message, { requestBytes: head.body.byteLength, answerBytes });
    if (throttleTimeMs === 0) return { parts };
    const told = { ...response, throttleTimeMs } as ResponseInput<AnyApi>;
    return { parts: encode(told), muted: this.#sleep(throttleTimeMs) };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#cluster.clock.schedule(ms, resolve));
  }

  #contextOf(head: RequestFrame, caller: Caller): RequestContext {
    const { authorizer } = this.#cluster.security;
    const actor = { principal: caller.session.principal, host: caller.host };
    const asked: Asked = {
      nodeId: caller.nodeId,
      session: caller.session,
      may: (action) => authorizer.allows(actor, action),
      listener: caller.session.listener.name,
      version: head.apiVersion,
      clientId: head.clientId ?? '',
      clientHost: `/${caller.host}`,
      clientPort: caller.remotePort,
      closed: caller.closed,
      splice: new Splice(),
      throttle: new Throttle(),
    };
    // The nouns are inherited: copying them takes longer than all the rest of a small request.
    return Object.setPrototypeOf(asked, this.#cluster) as RequestContext;
  }

  #nameOf({ apiKey }: RequestFrame): string {
    return this.#cluster.registry.get(apiKey)?.message.name ?? `key ${apiKey}`;
  }

  #begin(head: RequestFrame, { nodeId, remotePort, session }: Caller): RequestEntry {
    const { observers, requestLog } = this.#cluster;
    const { apiVersion: version, clientId } = head;
    const api = this.#nameOf(head);
    session.clientId = clientId ?? '';
    if (observers.has('arrival')) observers.emit('arrival', { nodeId, api, version, clientId });
    const bytes = head.body.byteLength;
    return requestLog.begin({ api, version, clientId: session.clientId, nodeId, remotePort, bytes });
  }

  #report(entry: RequestEntry, { kind }: Outcome): void {
    const { observers, requestLog } = this.#cluster;
    const outcome = kind === 'reply' ? 'replied' : kind === 'silent' ? 'silent' : 'closed';
    requestLog.end(entry, outcome);
    if (!observers.has('request')) return;
    const { nodeId, api, version, clientId } = entry;
    observers.emit('request', { nodeId, api, version, clientId, outcome });
  }
}

/** A request in the middle of an authentication is refused in its own words, and is the last one. */
function illegal({ api, head, request, entry }: Call): Outcome {
  const { apiVersion: version, correlationId } = head;
  const refusal = api.fail(request, errorCodes.ILLEGAL_SASL_STATE);
  entry.errors = errorsIn(refusal);
  return {
    kind: 'reply',
    parts: [encodeResponseFrame(api.message, { version, correlationId }, refusal)],
    thenClose: true,
  };
}

function kindOf(apiKey: number): 'versions' | 'handshake' | 'token' | 'request' {
  if (apiKey === messages.apiVersions.key) return 'versions';
  if (apiKey === messages.saslHandshake.key) return 'handshake';
  return apiKey === messages.saslAuthenticate.key ? 'token' : 'request';
}

/** What `read` makes of bytes from a client, or nothing when they cannot be read. */
function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}
