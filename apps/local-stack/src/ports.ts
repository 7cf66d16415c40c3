import { createServer } from 'node:net';

/** The port a part would like, or another when somebody holds it. */
export interface ChosenPort {
  readonly port: number;
  readonly wanted: number;
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

/** The wanted loopback port when it is free, else one that is. */
export async function choosePort(wanted: number): Promise<ChosenPort> {
  const port = (await canListen(wanted)) ?? (await canListen(0));
  if (port === undefined) throw new Error('No loopback port can be opened. Is the network of this machine restricted?');
  return { port, wanted };
}
