import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A server of a test's own, on a loopback port. */
export type RawServer = {
  readonly address: string;
  /** Every connection it has been given so far. */
  readonly sockets: readonly Socket[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** A port on which `serve` does as it likes with each connection. */
export async function startRawServer(serve: (socket: Socket) => void): Promise<RawServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    // The client may end a connection at any time; that is what is looked at elsewhere.
    socket.on('error', () => undefined);
    // A socket that nobody reads from does not notice its end either.
    socket.resume();
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes everything on to `port`, and every answer back as `send` sees fit. */
export function startRelay(port: number, send: (answer: Buffer, client: Socket) => void): Promise<RawServer> {
  return startRawServer((client) => {
    const broker = connect({ port, host: '127.0.0.1' });
    broker.on('error', () => client.destroy());
    broker.on('data', (answer) => send(answer, client));
    broker.on('close', () => client.destroy());
    client.on('data', (request) => broker.write(request));
    client.on('close', () => broker.destroy());
  });
}
