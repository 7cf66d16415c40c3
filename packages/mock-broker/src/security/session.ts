import type { ErrorName } from '@eventstream/kafka-protocol';
import type { ListenerSpec } from '../cluster/listener-options.ts';
import type { Clock } from '../time/clock.ts';
import { anonymous } from './principal.ts';
import { nothing, type SaslExchange, type SaslStep } from './sasl/exchange.ts';
import type { Mechanisms } from './sasl/mechanisms.ts';
import { moveSasl, type SaslEvent, type SaslState, saslMoves } from './sasl/states.ts';

/** What a session needs to know of its listener. */
export type SessionListener = Pick<ListenerSpec, 'name' | 'protocol'>;

/** How clients of a SASL listener authenticate. */
export type SaslDoor = { readonly mechanisms: Mechanisms; readonly clock: Clock };

/** What SaslAuthenticate is answered. */
export type AuthenticateAnswer = {
  readonly error: ErrorName;
  readonly message: string;
  readonly token: Uint8Array;
  /** 0: for ever. */
  readonly lifetimeMs: number;
};

/** What clients run. */
export type ClientSoftware = { readonly name: string; readonly version: string };

const unknownSoftware: ClientSoftware = { name: 'unknown', version: 'unknown' };

/** `MIN_REAUTH_INTERVAL` of a real broker: an earlier attempt is answered as an ordinary request, with an error. */
const MIN_REAUTH_MS = 1000;

/** Who is at the other end of a connection, by which door it came in, and whether it has to say who it is first. */
export class Session {
  readonly listener: SessionListener;
  /** What the last request called its sender. */
  clientId = '';
  readonly #sasl: SaslDoor | undefined;
  #principal: string;
  #software: ClientSoftware = unknownSoftware;
  #authenticated = false;
  #state: SaslState = 'start';
  #mechanism = '';
  #exchange: SaslExchange | undefined;
  /** Whether a re-authentication asked for another mechanism than the first one. */
  #otherMechanism = false;
  #expiresAt = Number.POSITIVE_INFINITY;
  #reauthenticatedAt = Number.NEGATIVE_INFINITY;

  /** Without `sasl`, everybody is let in. */
  constructor(
    listener: SessionListener,
    { principal = anonymous, sasl }: { principal?: string; sasl?: SaslDoor } = {},
  ) {
    this.listener = listener;
    this.#sasl = sasl;
    this.#principal = principal;
    if (!sasl) this.#state = 'authenticated';
  }

  /** What the client calls itself (KIP-511), once it has asked for versions. */
  get software(): ClientSoftware {
    return this.#software;
  }

  /** `User:name`, as access rules spell it. */
  get principal(): string {
    return this.#principal;
  }

  get state(): SaslState {
    return this.#state;
  }

  /** Whether the next frame is a token without a header. */
  get takesBareTokens(): boolean {
    return this.#state === 'bare-tokens';
  }

  /**
   * Whether a request may be looked at. `illegal`: it is refused with ILLEGAL_SASL_STATE before the connection ends;
   * `close`: the connection ends without a word, as it does when the session has lapsed.
   */
  admit(kind: 'versions' | 'handshake' | 'token' | 'request'): 'serve' | 'illegal' | 'close' {
    if (this.#state === 'authenticated') {
      const lapsed = this.#sasl !== undefined && this.#sasl.clock.now() > this.#expiresAt;
      const renews = kind === 'handshake' && this.#mayReauthenticate();
      return lapsed && !renews ? 'close' : 'serve';
    }
    if (saslMoves[this.#state][kind]) return 'serve';
    return this.#state === 'authenticating' || this.#state === 'reauthenticating' ? 'illegal' : 'close';
  }

  /** The client was told the versions. Before the handshake it may ask for them once. */
  versionsTold(software: ClientSoftware = unknownSoftware): void {
    this.#software = software;
    if (saslMoves[this.#state].versions) this.#move('versions');
  }

  /** Chooses a mechanism. */
  handshake(mechanism: string, version: number): { error: ErrorName; mechanisms: readonly string[] } {
    const again = this.#state === 'authenticated';
    if (!this.#sasl || (again && !this.#mayReauthenticate())) return { error: 'ILLEGAL_SASL_STATE', mechanisms: [] };
    const { mechanisms, clock } = this.#sasl;
    if (again) this.#reauthenticatedAt = clock.now();
    this.#exchange = mechanisms.begin(mechanism);
    if (!this.#exchange) {
      this.#move(again ? 'cut' : 'refuse');
      return { error: 'UNSUPPORTED_SASL_MECHANISM', mechanisms: mechanisms.names };
    }
    this.#otherMechanism = again && mechanism !== this.#mechanism;
    if (!again) this.#mechanism = mechanism;
    this.#move(version === 0 ? 'bare-handshake' : 'handshake');
    return { error: 'NONE', mechanisms: mechanisms.names };
  }

  /** Takes a token of the exchange. */
  async authenticate(token: Uint8Array): Promise<AuthenticateAnswer> {
    if (!this.#exchange || !saslMoves[this.#state].token) {
      const message = 'SaslAuthenticate request received after successful authentication';
      return { error: 'ILLEGAL_SASL_STATE', message, token: nothing, lifetimeMs: 0 };
    }
    this.#move('token');
    // A session keeps its mechanism (KIP-368); a real broker says so to its log only.
    if (this.#otherMechanism) return this.#cut();
    return this.#apply(this.#checked(await this.#exchange.respond(token)));
  }

  /** A session keeps its user (KIP-368). */
  #checked(step: SaslStep): SaslStep {
    if (step.kind !== 'accept' || !this.#authenticated || `User:${step.user}` === this.#principal) return step;
    const message = `Cannot change principals during re-authentication from ${this.#principal.replace(':', '.')}: User.${step.user}`;
    return { kind: 'refuse', message };
  }

  #apply(step: SaslStep): AuthenticateAnswer {
    if (step.kind === 'continue') return { error: 'NONE', message: '', token: step.token, lifetimeMs: 0 };
    this.#exchange = undefined;
    this.#move(step.kind);
    if (step.kind === 'refuse') {
      const general = `Authentication failed during authentication due to invalid credentials with SASL mechanism ${this.#mechanism}`;
      const message = step.message ?? general;
      return { error: 'SASL_AUTHENTICATION_FAILED', message, token: nothing, lifetimeMs: 0 };
    }
    this.#principal = `User:${step.user}`;
    this.#authenticated = true;
    return { error: 'NONE', message: '', token: step.token, lifetimeMs: this.#live(step.expiresAt) };
  }

  /** Starts the session's life and gives its length: the token's, or the longest the cluster allows. */
  #live(expiresAt: number | undefined): number {
    const { clock, mechanisms } = this.#sasl!;
    const now = clock.now();
    const limits = [expiresAt === undefined ? 0 : expiresAt - now, mechanisms.maxReauthMs].filter((ms) => ms > 0);
    if (limits.length === 0) return 0;
    const lifetimeMs = Math.min(...limits);
    this.#expiresAt = now + lifetimeMs;
    return lifetimeMs;
  }

  #mayReauthenticate(): boolean {
    if (!this.#sasl || this.#expiresAt === Number.POSITIVE_INFINITY) return false;
    return this.#sasl.clock.now() - this.#reauthenticatedAt >= MIN_REAUTH_MS;
  }

  /** Ends the connection; the answer is not sent. */
  #cut(): AuthenticateAnswer {
    this.#move('cut');
    return { error: 'SASL_AUTHENTICATION_FAILED', message: '', token: nothing, lifetimeMs: 0 };
  }

  #move(event: SaslEvent): void {
    this.#state = moveSasl(this.#state, event);
  }
}
