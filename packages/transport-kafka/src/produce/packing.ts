import { gzipSync } from 'node:zlib';
import { configError } from '@eventstream/core';
import type { CompressionName } from '../options.ts';
import type { Packing } from './batch-bytes.ts';

/** How batches are compressed; nothing when they are not. */
export function packingOf(compression: CompressionName): Packing | undefined {
  if (compression === 'none') return undefined;
  if (compression === 'gzip') return { codec: 1, compress: (records) => gzipSync(records, { level: 1 }) };
  throw configError('compression', `"${compression}" is not available.`);
}
