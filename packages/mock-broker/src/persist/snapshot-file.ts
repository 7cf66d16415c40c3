import { open, rename } from 'node:fs/promises';
import type { SavedCluster } from '../snapshot/saved-cluster.ts';
import { type Entry, encodeFrame } from './frame.ts';
import { entriesOf } from './saved-entries.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A small change is about so large. */
const CHANGE_BYTES = 200;

/**
 * Writes a saved cluster while others go on changing theirs; gives its bytes, or nothing when it was given up on the way.
 *
 * It has its name only when it is whole and on the disk, so a file of this name can be relied on.
 */
export async function writeSnapshot(
  file: string,
  saved: SavedCluster,
  isWanted: () => boolean,
): Promise<number | undefined> {
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  let bytes = 0;
  try {
    for (const entries of chunksOf(entriesOf(saved))) {
      if (!isWanted()) return undefined;
      const frame = encodeFrame(entries);
      await handle.writeFile(frame);
      bytes += frame.byteLength;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (!isWanted()) return undefined;
  await rename(unfinished, file);
  return bytes;
}

function* chunksOf(entries: Iterable<Entry>): Iterable<Entry[]> {
  let chunk: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    chunk.push(entry);
    size += (entry.batches ?? []).reduce((sum, { byteLength }) => sum + byteLength, CHANGE_BYTES);
    if (size < CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield chunk;
}
