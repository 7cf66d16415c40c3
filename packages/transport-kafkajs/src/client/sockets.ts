import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { BrokerSocket } from './broker-socket.ts';

const keepAliveMs = 60_000;

interface SocketRequest {
  readonly host: string;
  readonly port: number;
  readonly ssl: ConnectionOptions;
  readonly onConnect: () => void;
}

/**
 * The sockets of one kafkajs client. kafkajs waits for every pending answer before it lets go of a connection, and goes on
 * using one that stopped answering; owning the sockets lets us end both.
 */
export class Sockets {
  readonly #open = new Map<Socket, string>();
  readonly #answerMs: number;
  #heard = false;
  #refusal: string | undefined;

  /** @param answerMs - How long the very first answer may take. */
  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  /** Makes a socket for kafkajs. Throws once {@link Sockets.destroyAll} was called for good. */
  readonly create = ({ host, port, ssl, onConnect }: SocketRequest): Socket => {
    if (this.#refusal !== undefined) throw new Error(this.#refusal);
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    socket.setNoDelay(true);
    this.#open.set(socket, `${host}:${port}`);
    socket.once('close', () => this.#open.delete(socket));
    if (!this.#heard) this.#expectAnswer(socket);
    return new BrokerSocket(socket) as unknown as Socket;
  };

  /** How many sockets are open or being opened. */
  get size(): number {
    return this.#open.size;
  }

  /** Ends the connections to one broker; what waits on them fails at once. */
  destroyBroker(broker: string, reason: string): void {
    for (const [socket, address] of this.#open) if (address === broker) socket.destroy(new Error(reason));
  }

  /** Ends every connection; with `forGood` no new one is made. */
  destroyAll(reason: string, forGood: boolean): void {
    if (forGood) this.#refusal = reason;
    for (const socket of this.#open.keys()) {
      // An error, since kafkajs does not listen to a plain `close`; not where it has said goodbye itself.
      if (socket.writableEnded) socket.destroy();
      else socket.destroy(new Error(reason));
    }
  }

  /**
   * A broker of the list that accepts connections and says nothing would hold up kafkajs for the request timeout, and again
   * after it: kafkajs goes on to the next broker only when connecting fails, which an idle socket counts as.
   */
  #expectAnswer(socket: Socket): void {
    socket.setTimeout(this.#answerMs);
    socket.once('data', () => {
      this.#heard = true;
      for (const one of this.#open.keys()) one.setTimeout(0);
    });
  }
}
