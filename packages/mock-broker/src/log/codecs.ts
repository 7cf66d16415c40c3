import { gunzipSync, gzipSync } from 'node:zlib';
import type { Codecs } from '@eventstream/kafka-protocol';

/** What the broker can decompress where it must look inside a batch: inspection and search by time, never the data path. */
export const codecs: Codecs = {
  gzip: { compress: (bytes) => gzipSync(bytes), decompress: (bytes) => gunzipSync(bytes) },
};
