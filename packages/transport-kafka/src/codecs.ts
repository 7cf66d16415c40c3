import * as zlib from 'node:zlib';
import { type Codec, type Codecs, lz4Codec, snappyCodec, zstdCodec } from '@eventstream/kafka-protocol';

/** No batch is opened to more than this: the largest a broker may be told to take, twice over. */
const maxBytes = 256 * 1024 * 1024;

/** Higher levels cost several times the CPU for a few percent. */
const gzip: Codec = {
  compress: (bytes) => zlib.gzipSync(bytes, { level: 1 }),
  decompress: (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: maxBytes }),
};

type Zstd = (bytes: Uint8Array, options: object) => Uint8Array;
/** What Node's types of 20 do not have. */
type ZlibWithZstd = {
  readonly zstdCompressSync?: Zstd;
  readonly zstdDecompressSync?: Zstd;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
};

/** Node has zstd since 22.15; before, batches are read by our own decoder and written without being made smaller. */
function zstd({ zstdCompressSync, zstdDecompressSync, constants }: ZlibWithZstd): Codec {
  const level = constants.ZSTD_c_compressionLevel;
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined || level === undefined) {
    return zstdCodec({ maxBytes });
  }
  return {
    compress: (bytes) => zstdCompressSync(bytes, { params: { [level]: 1 } }),
    decompress: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
  };
}

/** Every codec of Kafka, for writing and for reading. */
export const codecs: Required<Codecs> = {
  gzip,
  snappy: snappyCodec({ maxBytes }),
  lz4: lz4Codec({ maxBytes }),
  zstd: zstd(zlib as ZlibWithZstd),
};
