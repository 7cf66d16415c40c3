import vendor, { type CompressionTypes } from 'kafkajs';

interface Encoder {
  readonly buffer: Buffer;
}

interface Codec {
  compress(records: Encoder): Promise<Buffer>;
}

/**
 * kafkajs writes the lower three bits of this number into the batch, which say "not compressed" or "gzip", and looks the whole
 * number up among its codecs, where it finds ours. A codec is the one place where it lets others write a batch's records.
 */
const plain = 8;
const gzip = plain | vendor.CompressionTypes.GZIP;

/** What kafkajs is told instead of a compression. */
export function encodedAs(compression: 'none' | 'gzip'): CompressionTypes {
  const codecs = vendor.CompressionCodecs as unknown as Record<number, () => Codec>;
  codecs[plain] ??= () => ({ compress: async (records) => carried(records.buffer) });
  codecs[gzip] ??= () => ({
    compress: (records) =>
      (vendor.CompressionCodecs[vendor.CompressionTypes.GZIP]() as Codec).compress({ buffer: carried(records.buffer) }),
  });
  return (compression === 'gzip' ? gzip : plain) as CompressionTypes;
}

/** The value of the single record kafkajs has encoded: the records themselves. It has no headers, one byte. */
function carried(record: Buffer): Buffer {
  const body = afterVarint(record, 0) + 1;
  const key = afterVarint(record, afterVarint(record, body));
  return record.subarray(afterVarint(record, afterVarint(record, key)), record.byteLength - 1);
}

function afterVarint(bytes: Buffer, at: number): number {
  let position = at;
  while ((bytes[position] as number) >= 0x80) position += 1;
  return position + 1;
}
