import { api } from '../schema/api.ts';
import { array, bool, int16, int32, int64, string } from '../schema/field.ts';
import type { Fields } from '../schema/infer.ts';

const addPartitionsToTxnTopic = {
  name: string(),
  partitions: array(int32()),
} satisfies Fields;

const addPartitionsToTxnPartitionResult = {
  partitionIndex: int32(),
  partitionErrorCode: int16(),
} satisfies Fields;

const addPartitionsToTxnTopicResult = {
  name: string(),
  resultsByPartition: array(addPartitionsToTxnPartitionResult),
} satisfies Fields;

/**
 * AddPartitionsToTxn makes partitions part of a transaction before they are written to.
 *
 * v2 may answer PRODUCER_FENCED (KIP-588). v3 is flexible, and the last version of clients. v4 serves brokers: many
 * transactions at once, and a mere check. v5 may answer TRANSACTION_ABORTABLE (KIP-890).
 */
export const addPartitionsToTxn = api({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: '0-5',
  flexible: '3+',
  request: {
    transactions: array(
      {
        transactionalId: string(),
        producerId: int64(),
        producerEpoch: int16(),
        verifyOnly: bool({ default: false }),
        topics: array(addPartitionsToTxnTopic),
      },
      { versions: '4+' },
    ),
    v3AndBelowTransactionalId: string({ versions: '0-3' }),
    v3AndBelowProducerId: int64({ versions: '0-3' }),
    v3AndBelowProducerEpoch: int16({ versions: '0-3' }),
    v3AndBelowTopics: array(addPartitionsToTxnTopic, { versions: '0-3' }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '4+', ignorable: true }),
    resultsByTransaction: array(
      {
        transactionalId: string(),
        topicResults: array(addPartitionsToTxnTopicResult),
      },
      { versions: '4+' },
    ),
    resultsByTopicV3AndBelow: array(addPartitionsToTxnTopicResult, { versions: '0-3' }),
  },
});
