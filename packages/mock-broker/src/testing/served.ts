import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Outcome, Serve } from '../network/connection.ts';
import { Listener } from '../network/listener.ts';
import { ConnectionGate } from '../quotas/connection-gate.ts';
import { Quotas } from '../quotas/quotas.ts';
import { Session } from '../security/session.ts';
import { systemClock } from '../time/clock.ts';
import { BrokerConfigs } from '../topics/broker-configs.ts';

/** Bytes with their size in front. */
export function framed(body: string | Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(Buffer.byteLength(body));
  return Buffer.concat([size, Buffer.from(body as string)]);
}

/** An answer of these bytes. */
export function reply(body: string | Uint8Array): Outcome {
  return { kind: 'reply', parts: [Buffer.from(body as string)] };
}

/** A listener, a client connected to it, and which connections it has seen come (true) and go (false). */
export type Served = AsyncDisposable & {
  readonly socket: Socket;
  readonly seen: readonly boolean[];
  readonly listener: Listener;
};

/** Opens a listener that serves frames as told, and connects to it. */
export async function served(serve: Serve): Promise<Served> {
  const seen: boolean[] = [];
  const listener = new Listener({
    gate: new ConnectionGate({
      configs: new BrokerConfigs({}),
      quotas: new Quotas([], systemClock),
      clock: systemClock,
    }),
    nodeId: 1,
    host: '127.0.0.1',
    serve,
    greet: () => new Session({ name: 'PLAINTEXT', protocol: 'PLAINTEXT' }),
    onConnection: (_connection, open) => seen.push(open),
  });
  const socket = createConnection(await listener.open(0), '127.0.0.1');
  await once(socket, 'connect');
  return { socket, seen, listener, [Symbol.asyncDispose]: () => listener.close(true) };
}

/** Resolves when `holds` does, looking once per turn of the event loop. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
