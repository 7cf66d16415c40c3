const PREFIX = 4;
/** What is read before the size of a frame is known; the most a read takes of small frames. */
const ANTEROOM = 64 * 1024;

/** Thrown away with its connection: the peer does not speak Kafka, or asks for more memory than it may have. */
export class FrameSizeError extends RangeError {
  constructor(size: number, limit: number) {
    super(`A frame of ${size} bytes was announced, allowed are 0 to ${limit}: the connection is closed.`);
  }
}

/** What is done with a frame, which belongs to the callee from then on. */
export type OnFrame = (frame: Uint8Array) => void;

/**
 * Cuts a stream into frames without their size prefix. Each but the smallest has memory of its own, of just its size: a
 * record batch that fills most of a frame may be kept as it lies there.
 *
 * Whoever reads from the socket asks `space()` where to: once the size of a frame is known that is the frame itself, so
 * that most bytes of a large one are never copied. Where bytes come in chunks of somebody else's making, `push` takes them.
 */
export class FrameReader {
  readonly #limit: number;
  readonly #onFrame: OnFrame;
  readonly #prefix = Buffer.alloc(PREFIX);
  #prefixFilled = 0;
  #frame: Uint8Array | undefined;
  #frameFilled = 0;
  #anteroom: Uint8Array | undefined;
  #reachesFrame = false;

  /** Frames of more than `limit` bytes are refused. */
  constructor(limit: number, onFrame: OnFrame) {
    this.#limit = limit;
    this.#onFrame = onFrame;
  }

  /** Where the next bytes belong; never empty, and good for one read. */
  space(): Uint8Array {
    this.#reachesFrame = this.#frame !== undefined;
    if (this.#frame) return this.#frame.subarray(this.#frameFilled);
    this.#anteroom ??= Buffer.allocUnsafeSlow(ANTEROOM);
    return this.#anteroom;
  }

  /** Says that the first `count` bytes of the last `space()` were read. @throws FrameSizeError */
  filled(count: number): void {
    if (!this.#reachesFrame) {
      this.push(this.#anteroom!.subarray(0, count));
      return;
    }
    this.#frameFilled += count;
    this.#finishWhenFull();
  }

  /** Takes a copy of the next bytes and hands on every frame they complete, in order. @throws FrameSizeError */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.byteLength) {
      if (!this.#frame) {
        at += this.#fillPrefix(chunk, at);
        if (this.#prefixFilled < PREFIX) return;
        this.#begin();
      }
      at += this.#fill(chunk, at);
      this.#finishWhenFull();
    }
  }

  #fillPrefix(chunk: Uint8Array, at: number): number {
    const taken = Math.min(PREFIX - this.#prefixFilled, chunk.byteLength - at);
    this.#prefix.set(chunk.subarray(at, at + taken), this.#prefixFilled);
    this.#prefixFilled += taken;
    return taken;
  }

  #begin(): void {
    const size = this.#prefix.readInt32BE(0);
    if (size < 0 || size > this.#limit) throw new FrameSizeError(size, this.#limit);
    // Small ones share a pool; the log copies out of it what it keeps.
    this.#frame = Buffer.allocUnsafe(size);
    this.#frameFilled = 0;
  }

  #fill(chunk: Uint8Array, at: number): number {
    const frame = this.#frame!;
    const taken = Math.min(frame.byteLength - this.#frameFilled, chunk.byteLength - at);
    frame.set(chunk.subarray(at, at + taken), this.#frameFilled);
    this.#frameFilled += taken;
    return taken;
  }

  #finishWhenFull(): void {
    const frame = this.#frame!;
    if (this.#frameFilled < frame.byteLength) return;
    this.#frame = undefined;
    this.#prefixFilled = 0;
    this.#onFrame(frame);
  }
}
