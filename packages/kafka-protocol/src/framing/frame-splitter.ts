import { ProtocolError } from '../protocol-error.ts';

/** The size prefix of every frame, in bytes. */
const PREFIX = 4;

/** How large a peer may make this side's memory grow. */
export interface FrameSplitterOptions {
  /** The largest frame accepted, in bytes. Default: 104857600 (100 MiB), a broker's own `socket.request.max.bytes`. */
  readonly maxFrameBytes?: number;
}

/**
 * Turns a stream of chunks into frames, whatever the chunk borders.
 *
 * Each frame comes without its size prefix. A frame inside one chunk is a view into it, one across chunks is a copy.
 *
 * @example
 * const splitter = new FrameSplitter();
 * splitter.push(Uint8Array.of(0, 0, 0, 2, 1)); // []: one byte is missing
 * splitter.push(Uint8Array.of(2)); // [Uint8Array [1, 2]]
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #wanted: number | undefined;

  constructor({ maxFrameBytes = 104_857_600 }: FrameSplitterOptions = {}) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes held back until their frame is whole. */
  get bufferedBytes(): number {
    return this.#buffered;
  }

  /**
   * The frames this chunk completes, in order.
   *
   * @throws ProtocolError `malformed` for a negative size, `too_large` above the bound; the stream cannot be read on
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: Uint8Array[] = [];
    while (true) {
      this.#wanted ??= this.#readSize();
      if (this.#wanted === undefined || this.#buffered < this.#wanted) return frames;
      frames.push(this.#take(this.#wanted));
      this.#wanted = undefined;
    }
  }

  #readSize(): number | undefined {
    if (this.#buffered < PREFIX) return undefined;
    const prefix = this.#take(PREFIX);
    const size = new DataView(prefix.buffer, prefix.byteOffset, PREFIX).getInt32(0);
    if (size < 0)
      throw new ProtocolError('malformed', `a frame of ${size} bytes was announced; the peer does not speak Kafka`);
    if (size > this.#maxFrameBytes) {
      throw new ProtocolError(
        'too_large',
        `a frame of ${size} bytes was announced, the bound is ${this.#maxFrameBytes}`,
      );
    }
    return size;
  }

  /** Many small chunks are joined once per frame, not once per chunk. */
  #take(size: number): Uint8Array {
    const first = this.#chunks[0] ?? new Uint8Array(0);
    if (first.length < size) this.#chunks = [join(this.#chunks, this.#buffered)];
    const source = this.#chunks[0] ?? first;
    this.#buffered -= size;
    if (source.length === size) this.#chunks.shift();
    else this.#chunks[0] = source.subarray(size);
    return source.subarray(0, size);
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
