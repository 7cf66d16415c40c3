import { createServer, type Server } from 'node:net';
import { MockBrokerError } from '../errors.ts';
import { Connection, type Serve } from './connection.ts';

/** Where a listener binds, for whom, and who serves its connections. */
export type ListenerOptions = {
  readonly nodeId: number;
  readonly host: string;
  readonly serve: Serve;
  readonly onConnection: (connection: Connection, open: boolean) => void;
};

/** A node's door: a TCP server and the connections that came through it. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #connections = new Set<Connection>();
  #server: Server | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Binds to `port` (0: any free one) and gives the port. @throws MockBrokerError `PORT_IN_USE` */
  async open(port: number): Promise<number> {
    const { host } = this.#options;
    const server = createServer((socket) =>
      this.#accept(new Connection(this.#options.nodeId, socket, this.#options.serve)),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, host, port)));
      server.listen(port, host, resolve);
    });
    this.#server = server;
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** Stops listening; `abrupt` cuts connections as a crash does, otherwise what is already written is still sent. */
  async close(abrupt: boolean): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of [...this.#connections]) abrupt ? connection.destroy() : connection.end();
    await closed;
  }

  #accept(connection: Connection): void {
    this.#connections.add(connection);
    this.#options.onConnection(connection, true);
    connection.closed.subscribe(() => {
      this.#connections.delete(connection);
      this.#options.onConnection(connection, false);
    });
  }
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return cause;
  const why = cause.code === 'EACCES' ? 'may not be bound by this user' : 'is already in use';
  return new MockBrokerError(
    'PORT_IN_USE',
    `Port ${port} on ${host} ${why}: stop what listens there, or leave out \`port\` to get a free one.`,
    { host, port },
  );
}
