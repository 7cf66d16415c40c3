import type { Codecs } from '@eventstream/kafka-protocol';
import type { CompressionName } from '../options.ts';
import type { Packing } from './batch-bytes.ts';

const numbers = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** How batches are compressed; nothing when they are not. */
export function packingOf(compression: CompressionName, codecs: Required<Codecs>): Packing | undefined {
  if (compression === 'none') return undefined;
  const codec = codecs[compression];
  return { codec: numbers[compression], compress: (records) => codec.compress(records) };
}
