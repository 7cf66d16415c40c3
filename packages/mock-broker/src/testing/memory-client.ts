import {
  type AnyApi,
  decodeResponseFrame,
  encodeRequestFrame,
  FrameSplitter,
  type RequestInput,
  type ResponseOf,
} from '@eventstream/kafka-protocol';
import type { ChaosWorld } from '../chaos/run.ts';
import type { MemorySocket } from '../network/memory-network.ts';

const TIMEOUT_MS = 5000;
/** How long a request is on its way; without it everything would happen in the same millisecond, and nothing in between. */
const LATENCY_MS = 2;

const CLOSED = 'the client is closed';

/** Where a request goes, in which version. */
export type Target = { readonly node: number; readonly version: number };

type Line = {
  readonly socket: MemorySocket;
  readonly waiting: { resolve(frame: Uint8Array): void; reject(error: Error): void }[];
};

/** A raw client of a broker without sockets: one connection per node, made anew after it broke, and timeouts by the clock. */
export class MemoryClient {
  readonly clientId: string;
  readonly #world: ChaosWorld;
  readonly #lines = new Map<number, Line>();
  #correlationId = 0;
  #isClosed = false;

  constructor(world: ChaosWorld, clientId: string) {
    this.#world = world;
    this.clientId = clientId;
  }

  /** Rejects when there is no answer: refused, cut, or not within five seconds. */
  async call<Of extends AnyApi>(
    api: Of,
    { node, version }: Target,
    request: RequestInput<Of>,
  ): Promise<ResponseOf<Of>> {
    await this.#world.sleep(LATENCY_MS);
    if (this.#isClosed) throw new Error(CLOSED);
    const { socket, waiting } = this.#lines.get(node) ?? this.#connect(node);
    this.#correlationId += 1;
    const address = { version, correlationId: this.#correlationId, clientId: this.clientId };
    const timer = this.#world.clock.schedule(TIMEOUT_MS, () => socket.destroy());
    try {
      const frame = await new Promise<Uint8Array>((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(encodeRequestFrame(api, address, request));
      });
      return decodeResponseFrame(api, version, frame).response;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      timer.cancel();
    }
  }

  /** Cuts every connection, also in the middle of a call, and lets nothing more be said: as a crash does. */
  close(): void {
    this.#isClosed = true;
    for (const { socket } of this.#lines.values()) socket.destroy();
  }

  #connect(node: number): Line {
    const { port } = this.#world.broker.nodes.find(({ id }) => id === node)!;
    const socket = this.#world.broker.network.connect(port);
    const line: Line = { socket, waiting: [] };
    const splitter = new FrameSplitter();
    socket.on('data', (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) line.waiting.shift()?.resolve(frame);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#lines.get(node) === line) this.#lines.delete(node);
      for (const { reject } of line.waiting.splice(0)) reject(new Error('no answer'));
    });
    this.#lines.set(node, line);
    return line;
  }
}
