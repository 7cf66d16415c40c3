import { ProtocolError } from '../../protocol-error.ts';
import type { Compression } from '../batch-layout.ts';

/** Compresses and restores the records of a batch. Bounding what `decompress` may grow to is up to the codec. */
export interface Codec {
  compress(bytes: Uint8Array): Uint8Array;
  decompress(bytes: Uint8Array): Uint8Array;
}

/**
 * The codecs at hand, passed in so that nobody pays for those it has no use for; gzip since this package imports nothing.
 *
 * @example
 * import { gunzipSync, gzipSync } from 'node:zlib';
 * const codecs: Codecs = { gzip: { compress: gzipSync, decompress: gunzipSync } };
 * const batch = encodeBatch({ records: [{ value: 'x', timestamp: 0n }], compression: 'gzip' }, codecs);
 */
export type Codecs = { readonly [Name in Exclude<Compression, 'none'>]?: Codec };

/** Runs one direction of a codec; what it throws becomes a ProtocolError, as the bytes came from a peer. */
export function transcode(
  bytes: Uint8Array,
  { compression, codecs, direction }: { compression: Compression; codecs: Codecs; direction: keyof Codec },
): Uint8Array {
  if (compression === 'none') return bytes;
  const codec = codecs[compression];
  if (codec === undefined) {
    throw new ProtocolError(
      'unsupported_codec',
      `the batch is ${compression}; pass { ${compression}: … } among the codecs`,
    );
  }
  try {
    return codec[direction](bytes);
  } catch (cause) {
    if (cause instanceof ProtocolError)
      throw new ProtocolError(cause.code, `${compression}: ${cause.reason}`, { cause });
    throw new ProtocolError('malformed', `the ${compression} codec could not ${direction} the records`, { cause });
  }
}
