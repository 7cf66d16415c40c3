import { createServer, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { MockBrokerError } from '../errors.ts';
import type { ConnectionGate } from '../quotas/connection-gate.ts';
import type { Session } from '../security/session.ts';
import { addressOf, Connection, type Serve } from './connection.ts';
import type { MemoryNetwork } from './memory-network.ts';

/** Where a listener binds, for whom, and who serves its connections. */
export type ListenerSetup = {
  readonly nodeId: number;
  readonly host: string;
  readonly serve: Serve;
  /** Where it listens instead, when there are to be no sockets. */
  readonly memory?: MemoryNetwork | undefined;
  /** Certificates, when the listener speaks TLS. */
  readonly tls?: TlsOptions | undefined;
  /** Counts connections, of all the node's doors, and says who may come in. */
  readonly gate: ConnectionGate;
  /** Who came in; nobody when it may not. */
  readonly greet: (socket: Socket) => Session | undefined;
  readonly onConnection: (connection: Connection, open: boolean) => void;
  /** Called before answers leave; false: they may not. */
  readonly settle?: (() => boolean) | undefined;
};

/** A node's door: a TCP server and the connections that came through it. */
export class Listener {
  readonly #setup: ListenerSetup;
  readonly #connections = new Set<Connection>();
  /** Sockets that wait or whose TLS handshake is under way: no connections yet, but they would keep the server open. */
  readonly #waiting = new Set<Socket>();
  #server: Pick<Server, 'close'> | undefined;

  constructor(setup: ListenerSetup) {
    this.#setup = setup;
  }

  /** Binds to `port` (0: any free one) and gives the port. @throws MockBrokerError `PORT_IN_USE` */
  async open(port: number): Promise<number> {
    const { host, memory } = this.#setup;
    if (memory) return this.#openIn(memory, port);
    const server = await this.#createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => reject(explainListen(cause, host, port)));
      server.listen(port, host, resolve);
    });
    this.#server = server;
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** Who is connected. */
  connections(): Connection[] {
    return [...this.#connections];
  }

  /** Stops listening; `abrupt` cuts connections as a crash does, otherwise what is already written is still sent. */
  async close(abrupt: boolean): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const connections = [...this.#connections];
    for (const connection of connections) abrupt ? connection.destroy() : connection.end();
    for (const socket of this.#waiting) socket.destroy();
    // The server only counts the sockets it made, and those that were read in place are others.
    await Promise.all([closed, ...connections.map(({ gone }) => gone)]);
  }

  #openIn(memory: MemoryNetwork, port: number): number {
    const taken = memory.listen(port, (socket) => this.#accept(socket));
    const close = (done?: () => void): void => {
      memory.close(taken);
      done?.();
    };
    this.#server = { close: close as Server['close'] };
    return taken;
  }

  async #createServer(): Promise<Server> {
    const { tls } = this.#setup;
    if (!tls) return createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
    // Loaded only by who speaks it: the program starts the sooner.
    const { createServer: createTlsServer } = await import('node:tls');
    // A handshake that fails is the client's affair; Node closes the socket.
    const server = createTlsServer(tls, (socket) => this.#accept(socket)).on('tlsClientError', () => undefined);
    return server.on('connection', (socket: Socket) => this.#await(socket));
  }

  #await(socket: Socket): void {
    this.#waiting.add(socket);
    socket.on('close', () => this.#waiting.delete(socket));
  }

  /** Lets somebody in, or waits with that until there is room, unread as in the queue of the system. */
  #accept(socket: Socket): void {
    const { gate } = this.#setup;
    const address = addressOf(socket);
    const admission = gate.arrive(address);
    if (admission === 'enter') {
      this.#waiting.delete(socket);
      this.#enter(socket, () => gate.leave(address));
      return;
    }
    // A reset by a client that waits is its own affair.
    socket.on('error', () => undefined);
    if (admission === 'refuse') {
      socket.destroy();
      return;
    }
    this.#await(socket);
    if (admission === 'queue') gate.whenLeft(() => socket.destroyed || this.#accept(socket));
    else gate.clock.schedule(admission.refuseAfterMs, () => void socket.destroy());
  }

  #enter(socket: Socket, leave: () => void): void {
    const { gate, greet, nodeId, serve, onConnection, settle } = this.#setup;
    const session = greet(socket);
    if (!session || !this.#server) {
      socket.destroy();
      leave();
      return;
    }
    const connectedAt = gate.clock.now();
    const connection = new Connection({ nodeId, socket, session, serve, settle, connectedAt });
    this.#connections.add(connection);
    onConnection(connection, true);
    connection.closed.subscribe(() => {
      leave();
      onConnection(connection, false);
    });
    void connection.gone.then(() => this.#connections.delete(connection));
  }
}

/** What is thrown for a port that cannot be had. */
export function explainListen(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return cause;
  const why = cause.code === 'EACCES' ? 'may not be bound by this user' : 'is already in use';
  return new MockBrokerError(
    'PORT_IN_USE',
    `Port ${port} on ${host} ${why}: stop what listens there, or leave out \`port\` to get a free one.`,
    { host, port },
  );
}
