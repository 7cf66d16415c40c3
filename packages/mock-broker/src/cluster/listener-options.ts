import { MockBrokerError } from '../errors.ts';

/** What a listener speaks, by Kafka's names: bare TCP, TLS, SASL over TCP, SASL over TLS. */
export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

/** A door that every node has. */
export type ListenerOptions = {
  /** What it is called in `broker.listener(name)`. Default: its protocol. */
  readonly name?: string;
  readonly protocol: SecurityProtocol;
  /** The first node's port; the others take the following ones. Default 0: free ports. */
  readonly port?: number;
  /** A port for every node, instead of `port`. */
  readonly ports?: readonly number[];
  /** The host clients of this listener are told to connect to, e.g. `localhost` for a certificate's sake. Default: `host`. */
  readonly advertisedHost?: string;
};

/** A listener with every default filled in; `ports` has one port per node. */
export type ListenerSpec = {
  readonly name: string;
  readonly protocol: SecurityProtocol;
  readonly ports: readonly number[];
  readonly advertisedHost: string;
};

/** What the defaults of listeners come from. */
export type ListenerDefaults = {
  readonly nodes: number;
  readonly host: string;
  readonly port: number;
  readonly ports: readonly number[] | undefined;
};

const protocols: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] satisfies SecurityProtocol[];

/** Whether connections are encrypted. */
export function usesTls(protocol: SecurityProtocol): boolean {
  return protocol === 'SSL' || protocol === 'SASL_SSL';
}

/** Whether clients have to authenticate before anything else. */
export function usesSasl(protocol: SecurityProtocol): boolean {
  return protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
}

/** Fills in the defaults; no list means one PLAINTEXT listener. @throws MockBrokerError `INVALID_OPTION` */
export function resolveListeners(
  given: readonly ListenerOptions[] | undefined,
  defaults: ListenerDefaults,
): readonly ListenerSpec[] {
  const listeners = (given ?? [{ protocol: 'PLAINTEXT' }]).map((listener, at) =>
    // `port` and `ports` of the cluster are those of its first listener.
    resolveOne(at === 0 ? { port: defaults.port, ...portsOf(defaults), ...listener } : listener, defaults),
  );
  if (listeners.length === 0) throw invalid('is empty: a cluster needs a listener, or leave the option out.');
  const twice = listeners.find(({ name }, at) => listeners.findIndex((other) => other.name === name) < at);
  if (twice) throw invalid(`has two listeners named "${twice.name}": give each a name of its own.`);
  return listeners;
}

function portsOf({ ports }: ListenerDefaults): { ports?: readonly number[] } {
  return ports ? { ports } : {};
}

function resolveOne(listener: ListenerOptions, { nodes, host }: ListenerDefaults): ListenerSpec {
  const { protocol, name = protocol, port = 0, ports, advertisedHost = host } = listener;
  if (!protocols.includes(protocol)) {
    throw invalid(`has protocol "${protocol}": choose one of ${protocols.join(', ')}.`);
  }
  if (ports && ports.length !== nodes) {
    throw invalid(`names ${ports.length} ports of "${name}" for ${nodes} nodes: give one port for each node.`);
  }
  const own = ports ?? Array.from({ length: nodes }, (_, index) => (port === 0 ? 0 : port + index));
  return { name, protocol, ports: own, advertisedHost };
}

function invalid(complaint: string): MockBrokerError {
  return new MockBrokerError('INVALID_OPTION', `Option listeners ${complaint}`, { option: 'listeners' });
}
