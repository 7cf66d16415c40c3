import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { damaged } from './errors.ts';
import { type Entry, readFrame } from './frame.ts';

/** How far a file was read: all of it, unless its last frame is not whole. */
export type ReadResult = { readonly end: number; readonly torn: boolean };

/** Gives every entry of a file to `take`, frame by frame. @throws MockBrokerError `PERSIST_DAMAGED` */
export function readEntries(file: string, take: (entry: Entry) => void): ReadResult {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const read = (position: number, length: number): Buffer =>
      readFully(handle, position, Math.min(length, size - position));
    let end = 0;
    while (end < size) {
      const found = readFrame(read, end, size);
      if (found.kind !== 'frame') {
        if (found.kind === 'damaged') throw damaged(file, end);
        return { end, torn: true };
      }
      for (const entry of found.entries) take(entry);
      end = found.end;
    }
    return { end, torn: false };
  } finally {
    closeSync(handle);
  }
}

function readFully(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const count = readSync(handle, bytes, got, length - got, position + got);
    if (count === 0) break;
    got += count;
  }
  return bytes.subarray(0, got);
}
