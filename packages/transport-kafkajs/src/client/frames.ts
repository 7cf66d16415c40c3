const sizeBytes = 4;

/** Cuts a stream into Kafka's frames: a length of four bytes and as many bytes as it says. Source: Kafka's protocol guide. */
export class Frames {
  #chunks: Buffer[] = [];
  #held = 0;

  /** Takes bytes as they arrive; gives the frames that are complete now, each with its length. */
  push(chunk: Buffer): readonly Buffer[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: Buffer[] = [];
    while (this.#held >= sizeBytes) {
      const size = sizeBytes + this.#peek();
      if (this.#held < size) break;
      const all = this.#whole();
      frames.push(all.subarray(0, size));
      this.#chunks = [all.subarray(size)];
      this.#held -= size;
    }
    return frames;
  }

  #peek(): number {
    const [first] = this.#chunks;
    return (first !== undefined && first.length >= sizeBytes ? first : this.#whole()).readInt32BE(0);
  }

  /** Joins what has arrived; only when a length or a frame is spread over chunks, and once for each. */
  #whole(): Buffer {
    const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#held);
    this.#chunks = [whole];
    return whole;
  }
}
