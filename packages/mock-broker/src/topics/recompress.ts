import { type Compression, isProtocolError, RecordBatch } from '@eventstream/kafka-protocol';
import { codecsWith } from '../log/codecs.ts';
import type { Refusal } from '../log/verify-batch.ts';
import { withRecords } from '../log/with-records.ts';
import type { ConfigSet } from './configs.ts';

/**
 * The batch in the compression its topic wants: the very same unless `compression.type` names another than it has.
 *
 * Only then does a broker write records anew, so levels matter only then too; what it cannot read fails it,
 * and real brokers answer that with the error they have for everything unexpected.
 */
export function recompressed(batch: RecordBatch, configs: ConfigSet): RecordBatch | Refusal {
  const wanted = configs.get('compression.type');
  const compression = (wanted === 'uncompressed' ? 'none' : wanted) as Compression | 'producer';
  try {
    if (compression === 'producer' || compression === batch.compression) return batch;
    const gzip = configs.number('compression.gzip.level');
    const codecs = codecsWith({ gzip, zstd: configs.number('compression.zstd.level') });
    const bytes = withRecords(batch, [...batch.records(codecs)], { compression, codecs });
    const most = configs.number('max.message.bytes');
    if (bytes.byteLength <= most) return new RecordBatch(bytes);
    const message = `the batch has ${bytes.byteLength} bytes as ${wanted}, the topic's max.message.bytes is ${most}`;
    return { error: 'MESSAGE_TOO_LARGE', message };
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return { error: 'UNKNOWN_SERVER_ERROR', message: error.message };
  }
}
