import { closeSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import type { SavedCluster } from '../snapshot/saved-cluster.ts';
import { damaged } from './errors.ts';
import { type Entry, encodeFrame } from './frame.ts';
import { fileOf, generationsOf, leftoversOf } from './layout.ts';
import { readEntries } from './read-files.ts';
import { writeSnapshot } from './snapshot-file.ts';

/** Files may waste so much beside what they hold. */
const SLACK_BYTES = 8 * 1024 * 1024;

/**
 * The files of a directory: a snapshot, the journal of what came after it, and, while a new snapshot is written, the journal
 * of what comes after that one.
 *
 * A frame is written by one call that has returned before anybody is told of what it holds: it outlives the death of this
 * process, if not that of the machine.
 */
export class Journal {
  readonly #folder: string;
  readonly #slackBytes: number;
  #generation = 1;
  #handle: number | undefined;
  #fileBytes = 0;
  /** What the newest snapshot holds besides batches, and how large it was for each byte of them. */
  #factBytes = 0;
  #bytesPerLiveByte = 1;
  #isClosed = false;
  #compaction: Promise<void> | undefined;

  constructor(folder: string, slackBytes = SLACK_BYTES) {
    this.#folder = folder;
    this.#slackBytes = slackBytes;
  }

  /** Bytes of all files. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** Resolves when no snapshot is being written any more. */
  get settled(): Promise<void> {
    return this.#compaction ?? Promise.resolve();
  }

  /** Gives every entry there is to `take`, cuts a torn end off, and goes on behind it. @throws MockBrokerError */
  open(take: (entry: Entry) => void): void {
    const folder = this.#folder;
    for (const file of leftoversOf(folder)) rmSync(file);
    const { snapshot, journals } = generationsOf(folder);
    const files = [
      ...(snapshot > 0 ? [fileOf(folder, 'snapshot', snapshot)] : []),
      ...journals.map((generation) => fileOf(folder, 'journal', generation)),
    ];
    for (const file of files) {
      const { end, torn } = readEntries(file, take);
      // Only the file that was written last can end in the middle of a frame.
      if (torn && file !== files.at(-1)) throw damaged(file, end);
      if (torn) truncateSync(file, end);
      this.#fileBytes += end;
    }
    this.#generation = Math.max(1, snapshot, journals.at(-1) ?? 0);
    this.#handle = openSync(fileOf(folder, 'journal', this.#generation), 'a', 0o600);
  }

  /** Writes entries that count together or not at all. */
  append(entries: readonly Entry[]): void {
    const frame = encodeFrame(entries);
    // A frame that is only partly written is the end of the journal: whoever reads it cuts it off, so none may follow.
    for (let at = 0; at < frame.byteLength; ) at += writeSync(this.#handle!, frame, at);
    this.#fileBytes += frame.byteLength;
  }

  /** Whether the files are larger than what they hold deserves, and nobody is at it. */
  isWasteful(liveBytes: number): boolean {
    const needed = liveBytes * this.#bytesPerLiveByte + this.#factBytes;
    return !this.#compaction && this.#fileBytes > 2 * needed + this.#slackBytes;
  }

  /** Begins a new journal, and writes what `saved` holds beside it; then what is older goes. */
  compact(saved: SavedCluster, liveBytes: number): Promise<void> {
    const before = this.#fileBytes;
    closeSync(this.#handle!);
    this.#generation += 1;
    this.#handle = openSync(fileOf(this.#folder, 'journal', this.#generation), 'ax', 0o600);
    this.#compaction = this.#replace(saved, liveBytes, before).finally(() => {
      this.#compaction = undefined;
    });
    return this.#compaction;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#compaction?.catch(() => undefined);
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  async #replace(saved: SavedCluster, liveBytes: number, before: number): Promise<void> {
    const file = fileOf(this.#folder, 'snapshot', this.#generation);
    const size = await writeSnapshot(file, saved, () => !this.#isClosed);
    if (!size) return;
    for (const leftover of leftoversOf(this.#folder)) rmSync(leftover);
    const { batchBytes, factBytes } = size;
    this.#factBytes = factBytes;
    if (liveBytes > 0) this.#bytesPerLiveByte = batchBytes / liveBytes;
    this.#fileBytes += batchBytes + factBytes - before;
  }
}
