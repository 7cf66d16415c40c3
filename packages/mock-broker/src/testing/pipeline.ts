import { encodeBatch, errorCodes, messages, readBatches } from '@eventstream/kafka-protocol';
import type { ChaosWorld } from '../chaos/run.ts';
import { MemoryClient } from './memory-client.ts';

/** How a pipeline is written: right, or with a mistake people make. */
export type PipelineKind = 'transactional' | 'commits-before-it-is-done' | 'takes-a-lost-answer-for-success';

/** For whom a pipeline works: who it is to the group, if it is a member of it (KIP-447). */
export type PipelineSelf = {
  readonly client: MemoryClient;
  readonly transactionalId: string;
  readonly membership?: () => { readonly memberId: string; readonly generationId: number };
};

const IN = 'in';
const OUT = 'out';
const GROUP = 'pipeline';
const READ_COMMITTED = 1;
const BATCH = 3;

type Taken = { readonly values: readonly string[]; readonly next: bigint };
type Identity = { readonly producerId: bigint; readonly producerEpoch: number };

/** Reads `in`, partition by partition, writes every value once to `out`, and begins anew after whatever goes wrong. */
export class Pipeline {
  readonly #client: MemoryClient;
  readonly #world: ChaosWorld;
  readonly #kind: PipelineKind;
  readonly #self: PipelineSelf;
  #identity: Identity | undefined;
  readonly #sequences = new Map<number, number>();

  constructor(world: ChaosWorld, kind: PipelineKind, self?: PipelineSelf) {
    this.#world = world;
    this.#kind = kind;
    this.#self = self ?? { client: new MemoryClient(world, 'pipeline'), transactionalId: 'tx' };
    this.#client = this.#self.client;
  }

  /** Runs until all of `in` is behind the committed offsets. */
  async run(partitions: number, end: bigint): Promise<void> {
    for (let partition = 0; partition < partitions; partition += 1) {
      for (;;) {
        try {
          if (await this.advance(partition, end)) break;
        } catch (error) {
          this.#world.note(`pipeline begins anew: ${error instanceof Error ? error.message : error}`);
          this.beginAnew();
          await this.#world.sleep('100ms');
        }
      }
    }
    this.#client.close();
  }

  /** Takes one batch through; true when there is none left to take. */
  async advance(partition: number, end: bigint): Promise<boolean> {
    const offset = await this.#committed(partition);
    if (offset >= end) return true;
    const taken = await this.#take(partition, offset);
    if (taken.values.length > 0) await this.#pass(partition, taken);
    return false;
  }

  /** Registers anew before the next write, which aborts what is open. */
  beginAnew(): void {
    this.#identity = undefined;
  }

  async #pass(partition: number, taken: Taken): Promise<void> {
    if (this.#kind === 'transactional') return this.#transact(partition, taken);
    if (this.#kind === 'commits-before-it-is-done') {
      await this.#commit(partition, taken.next);
      await this.#write(partition, taken.values);
      return;
    }
    await this.#write(partition, taken.values).catch((error: Error) => {
      if (error.message !== 'no answer') throw error;
      this.#world.note('pipeline takes a lost answer for success');
    });
    await this.#commit(partition, taken.next);
  }

  async #transact(partition: number, { values, next }: Taken): Promise<void> {
    const identity = await this.#register();
    const { transactionalId, membership } = this.#self;
    const node = this.#coordinator(transactionalId);
    const claim = { transactionalId, ...identity };
    const topics = [{ name: OUT, partitions: [partition] }];
    const add = {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: identity.producerId,
      v3AndBelowProducerEpoch: identity.producerEpoch,
      v3AndBelowTopics: topics,
    };
    const added = await this.#client.call(messages.addPartitionsToTxn, { node, version: 3 }, add);
    check(added.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode);
    await this.#write(partition, values);
    check(
      (await this.#client.call(messages.addOffsetsToTxn, { node, version: 3 }, { ...claim, groupId: GROUP })).errorCode,
    );
    const offsets = [{ partitionIndex: partition, committedOffset: next, committedMetadata: '' }];
    const target = { node: this.#coordinator(GROUP), version: 3 };
    const held = await this.#client.call(messages.txnOffsetCommit, target, {
      ...claim,
      ...membership?.(),
      groupId: GROUP,
      topics: [{ name: IN, partitions: offsets }],
    });
    check(held.topics[0]?.partitions[0]?.errorCode);
    check((await this.#client.call(messages.endTxn, { node, version: 3 }, { ...claim, committed: true })).errorCode);
  }

  async #register(): Promise<Identity> {
    if (this.#identity) return this.#identity;
    const { transactionalId } = this.#self;
    const request = { transactionalId, transactionTimeoutMs: 10_000 };
    const answer = await this.#client.call(
      messages.initProducerId,
      { node: this.#coordinator(transactionalId), version: 4 },
      request,
    );
    check(answer.errorCode);
    this.#sequences.clear();
    this.#identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
    return this.#identity;
  }

  async #write(partition: number, values: readonly string[]): Promise<void> {
    const identity = this.#kind === 'transactional' ? this.#identity : undefined;
    const baseSequence = this.#sequences.get(partition) ?? 0;
    const timestamp = BigInt(this.#world.clock.now());
    const records = values.map((value) => ({ value, headers: [{ key: 'id', value }], timestamp }));
    const batch = encodeBatch({ records, ...(identity && { ...identity, baseSequence, isTransactional: true }) });
    const topicData = [{ name: OUT, partitionData: [{ index: partition, records: batch }] }];
    const request = {
      transactionalId: identity ? this.#self.transactionalId : null,
      acks: -1,
      timeoutMs: 1000,
      topicData,
    };
    const answer = await this.#client.call(
      messages.produce,
      { node: this.#leader(OUT, partition), version: 9 },
      request,
    );
    check(answer.responses[0]?.partitionResponses[0]?.errorCode);
    this.#sequences.set(partition, baseSequence + values.length);
  }

  async #take(partition: number, fetchOffset: bigint): Promise<Taken> {
    const asked = [{ partition, fetchOffset, partitionMaxBytes: 1_000_000 }];
    const request = {
      maxWaitMs: 500,
      minBytes: 1,
      isolationLevel: READ_COMMITTED,
      topics: [{ topic: IN, partitions: asked }],
      forgottenTopicsData: [],
    };
    const answer = await this.#client.call(messages.fetch, { node: this.#leader(IN, partition), version: 11 }, request);
    check(answer.errorCode);
    const read = answer.responses[0]?.partitions[0];
    check(read?.errorCode);
    const records = [...readBatches(read?.records ?? new Uint8Array())].flatMap((one) => [...one.records()]);
    const wanted = records.filter(({ offset }) => offset >= fetchOffset).slice(0, BATCH);
    return {
      values: wanted.map(({ value }) => Buffer.from(value!).toString()),
      next: (wanted.at(-1)?.offset ?? fetchOffset - 1n) + 1n,
    };
  }

  async #committed(partition: number): Promise<bigint> {
    const target = { node: this.#coordinator(GROUP), version: 7 };
    const topics = [{ name: IN, partitionIndexes: [partition] }];
    const answer = await this.#client.call(messages.offsetFetch, target, {
      groupId: GROUP,
      topics,
      requireStable: true,
    });
    check(answer.errorCode);
    const found = answer.topics[0]?.partitions[0];
    check(found?.errorCode);
    return found!.committedOffset < 0n ? 0n : found!.committedOffset;
  }

  async #commit(partition: number, committedOffset: bigint): Promise<void> {
    const target = { node: this.#coordinator(GROUP), version: 7 };
    const partitions = [{ partitionIndex: partition, committedOffset, committedMetadata: '' }];
    const request = { groupId: GROUP, generationIdOrMemberEpoch: -1, memberId: '', topics: [{ name: IN, partitions }] };
    const answer = await this.#client.call(messages.offsetCommit, target, request);
    check(answer.topics[0]?.partitions[0]?.errorCode);
  }

  /** As a client that asks again after every error: the broker itself says who leads. */
  #leader(topic: string, partition: number): number {
    return this.#up(this.#world.broker.topic(topic).partitions[partition]!.leader);
  }

  #coordinator(key: string): number {
    return this.#up(this.#world.broker.coordinatorOf(key));
  }

  #up(node: number): number {
    if (node < 0) throw new Error('nobody is there');
    return node;
  }
}

/** Throws an error by its name. */
export function check(errorCode: number | undefined): void {
  if (errorCode === 0) return;
  throw new Error(Object.entries(errorCodes).find(([, code]) => code === errorCode)?.[0] ?? `no code ${errorCode}`);
}

const PER_PARTITION = 9;
/** Where every partition of `in` ends. */
export const fedTo = BigInt(PER_PARTITION);
const valuesOf = (partition: number) => Array.from({ length: PER_PARTITION }, (_, at) => `${partition}.${at}`);

/** Fills `in`. */
export async function feedPipeline(world: ChaosWorld): Promise<void> {
  const feeder = new MemoryClient(world, 'feeder');
  for (const { index, leader: node } of world.broker.topic(IN).partitions) {
    const records = encodeBatch({ records: valuesOf(index).map((value) => ({ value, timestamp: 1000n })) });
    const topicData = [{ name: IN, partitionData: [{ index, records }] }];
    await feeder.call(messages.produce, { node, version: 9 }, { acks: -1, timeoutMs: 1, topicData });
  }
  feeder.close();
}

/** Runs the pipeline, and compares what `out` holds with what it should: every value once. */
export async function runPipeline(world: ChaosWorld, kind: PipelineKind): Promise<void> {
  await new Pipeline(world, kind).run(world.broker.topic(IN).partitions.length, fedTo);
  await expectOnce(world);
}

/** Compares what `out` holds with what it should: every value of `in` once. */
export async function expectOnce({ broker }: ChaosWorld): Promise<void> {
  const sent = broker.topic(IN).partitions.flatMap(({ index }) => valuesOf(index));
  const got = (await broker.topic(OUT).records({ isolation: 'committed' })).map(({ value }) => String(value));
  const counts = new Map(sent.map((value) => [value, got.filter((one) => one === value).length]));
  const lost = sent.filter((value) => counts.get(value) === 0);
  const twice = sent.filter((value) => counts.get(value)! > 1);
  if (lost.length + twice.length > 0) throw new Error(`lost [${lost}], more than once [${twice}]`);
}
