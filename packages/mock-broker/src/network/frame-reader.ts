const PREFIX = 4;

/** Thrown away with its connection: the peer does not speak Kafka, or asks for more memory than it may have. */
export class FrameSizeError extends RangeError {
  constructor(size: number, limit: number) {
    super(`A frame of ${size} bytes was announced, allowed are 0 to ${limit}: the connection is closed.`);
  }
}

/**
 * Cuts a stream of chunks into frames without their size prefix.
 *
 * A frame that lies within one chunk is a view. One that does not is allocated once, at its exact size, and each chunk
 * is copied into it as it comes: a record batch that fills most of such a frame may be kept without another copy.
 */
export class FrameReader {
  readonly #limit: number;
  readonly #prefix = Buffer.alloc(PREFIX);
  #prefixFilled = 0;
  #frame: Uint8Array | undefined;
  #frameFilled = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Hands every frame completed by `chunk` to `onFrame`, in order. @throws FrameSizeError */
  push(chunk: Uint8Array, onFrame: (frame: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#frame) {
        at += this.#fill(chunk, at);
        if (this.#frameFilled < this.#frame.byteLength) return;
        this.#finish(this.#frame, onFrame);
        continue;
      }
      at += this.#fillPrefix(chunk, at);
      if (this.#prefixFilled < PREFIX) return;
      const size = this.#size();
      if (at + size <= chunk.byteLength) {
        this.#prefixFilled = 0;
        onFrame(chunk.subarray(at, at + size));
        at += size;
      } else {
        this.#frame = Buffer.allocUnsafeSlow(size);
        this.#frameFilled = 0;
      }
    }
  }

  #fillPrefix(chunk: Uint8Array, at: number): number {
    const taken = Math.min(PREFIX - this.#prefixFilled, chunk.byteLength - at);
    this.#prefix.set(chunk.subarray(at, at + taken), this.#prefixFilled);
    this.#prefixFilled += taken;
    return taken;
  }

  #size(): number {
    const size = this.#prefix.readInt32BE(0);
    if (size < 0 || size > this.#limit) throw new FrameSizeError(size, this.#limit);
    return size;
  }

  #fill(chunk: Uint8Array, at: number): number {
    const frame = this.#frame!;
    const taken = Math.min(frame.byteLength - this.#frameFilled, chunk.byteLength - at);
    frame.set(chunk.subarray(at, at + taken), this.#frameFilled);
    this.#frameFilled += taken;
    return taken;
  }

  #finish(frame: Uint8Array, onFrame: (frame: Uint8Array) => void): void {
    this.#frame = undefined;
    this.#prefixFilled = 0;
    onFrame(frame);
  }
}
