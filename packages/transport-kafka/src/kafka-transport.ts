import {
  isEventstreamError,
  MomentHub,
  type NewTopic,
  type OffsetLookup,
  type PartitionOffset,
  type Subscription,
  type SubscriptionRequest,
  type TopicAdmin,
  type TopicWriter,
  type Transport,
  type TransportCapabilities,
  type TransportCloseReport,
  type WaitOptions,
  waitFor,
} from '@eventstream/core';
import { errorCodes } from '@eventstream/kafka-protocol';
import { type AdminContext, insist } from './admin/context.ts';
import { committedOffsets, offsetRanges, type Range } from './admin/offset-lookup.ts';
import { createMissing, deleteTopics, propagationMs } from './admin/topic-admin.ts';
import { persist } from './cluster/persist.ts';
import { codeError, topicMissing, transportClosed } from './errors/code-error.ts';
import type { KafkaOptions } from './options.ts';
import { packingOf } from './produce/packing.ts';
import { Sender } from './produce/sender.ts';
import { KafkaTopicWriter } from './produce/topic-writer.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { openCluster } from './cluster/open-cluster.ts';
import { formatAddress } from './network/address.ts';
import { within } from './within.ts';

/** A transport over a Kafka client of our own, with topic administration and offset lookup. */
export type KafkaTransport = Transport & TopicAdmin & OffsetLookup;

const closeMs = 10_000;
/** Kept back of the deadline of `close` for letting go of connections. */
const goodbyeMs = 50;
const ignore = () => undefined;
