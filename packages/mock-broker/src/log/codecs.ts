import * as zlib from 'node:zlib';
import { type Codec, type Codecs, lz4Codec, snappyCodec, zstdCodec } from '@eventstream/kafka-protocol';

/** How hard gzip and zstd try, by Kafka's numbers. LZ4 has one level here, Snappy has none anywhere. */
export type CompressionLevels = { readonly gzip?: number; readonly zstd?: number };

/** What Node has of zstd, from 22.15 and 23.8 on; its types are of the oldest Node that is supported. */
type NativeZstd = {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: { params: Record<number, number> }) => Uint8Array;
};

/** `ZSTD_c_compressionLevel`. */
const ZSTD_LEVEL = 100;
const DEFAULT_ZSTD_LEVEL = 3;
const MOST_BYTES = 256 * 1024 * 1024;

/** The codecs the broker looks into batches with, and writes those that it has to write: never on the data path. */
export function codecsWith({ gzip, zstd }: CompressionLevels): Codecs {
  return {
    gzip: {
      compress: (bytes) => zlib.gzipSync(bytes, gzip === undefined ? {} : { level: gzip }),
      decompress: (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: MOST_BYTES }),
    },
    snappy: snappyCodec({ maxBytes: MOST_BYTES }),
    lz4: lz4Codec({ maxBytes: MOST_BYTES }),
    zstd: zstdOf(zstd ?? DEFAULT_ZSTD_LEVEL),
  };
}

/** The same at their usual levels. */
export const codecs: Codecs = codecsWith({});

function zstdOf(level: number): Codec {
  const plain = zstdCodec({ maxBytes: MOST_BYTES });
  const { zstdCompressSync } = zlib as NativeZstd;
  if (!zstdCompressSync) return plain;
  return { ...plain, compress: (bytes) => zstdCompressSync(bytes, { params: { [ZSTD_LEVEL]: level } }) };
}
