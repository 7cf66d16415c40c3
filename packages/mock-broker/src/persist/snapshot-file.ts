import { open, rename } from 'node:fs/promises';
import type { SavedCluster } from '../snapshot/saved-cluster.ts';
import { type Entry, encodeFrame } from './frame.ts';
import { entriesOf } from './saved-entries.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A small change is about so large. */
const CHANGE_BYTES = 200;

/** How large a snapshot is: its record batches with what is told of each, and all the rest. */
export type SnapshotSize = { readonly batchBytes: number; readonly factBytes: number };

/**
 * Writes a saved cluster while others go on changing theirs; gives its size, or nothing when it was given up on the way.
 *
 * It has its name only when it is whole and on the disk, so a file of this name can be relied on.
 */
export async function writeSnapshot(
  file: string,
  saved: SavedCluster,
  isWanted: () => boolean,
): Promise<SnapshotSize | undefined> {
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  const size = { batchBytes: 0, factBytes: 0 };
  try {
    for (const entries of chunksOf(entriesOf(saved))) {
      if (!isWanted()) return undefined;
      const frame = encodeFrame(entries);
      await handle.writeFile(frame);
      size[holdsBatches(entries[0]) ? 'batchBytes' : 'factBytes'] += frame.byteLength;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (!isWanted()) return undefined;
  await rename(unfinished, file);
  return size;
}

function holdsBatches(entry: Entry | undefined): boolean {
  return entry?.batches !== undefined;
}

/** Frames of batches have nothing else in them, so that they can be counted. */
function* chunksOf(entries: Iterable<Entry>): Iterable<Entry[]> {
  let chunk: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    if (chunk.length > 0 && holdsBatches(entry) !== holdsBatches(chunk[0])) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(entry);
    size += (entry.batches ?? []).reduce((sum, { byteLength }) => sum + byteLength, CHANGE_BYTES);
    if (size < CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield chunk;
}
