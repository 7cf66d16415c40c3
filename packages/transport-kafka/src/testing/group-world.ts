import type { EventstreamError, PartitionOffset, Subscription, TopicPartition } from '@eventstream/core';
import { createManualClock, type MockBrokerOptions, startMockBroker } from '@eventstream/mock-broker';
import { kafka } from '../kafka-transport.ts';
import type { KafkaOptions } from '../options.ts';
import { inMemory } from './in-memory.ts';

/** A member of a group on the port, with all it was told. */
export class TestMember {
  readonly name: string;
  readonly values: string[] = [];
  readonly errors: EventstreamError[] = [];
  /** Every assignment and revocation, such as `+0,1` and `-1`. */
  readonly history: string[] = [];
  owned: readonly number[] = [];
  epoch = 0;
  subscription: Subscription | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Commits that many records of a partition. */
  commit(partition: number, offset: number, epoch = this.epoch): Promise<void> {
    const offsets: PartitionOffset[] = [{ topic: 'orders', partition, offset }];
    return (this.subscription as Subscription).commit(offsets, epoch);
  }
}

type JoinOptions = KafkaOptions & { readonly sessionTimeoutMs?: number; readonly name?: string };

const numbers = (partitions: readonly TopicPartition[]) => partitions.map(({ partition }) => partition).sort();

/** A cluster without sockets, members of group `g` that read `orders`, and time that passes when everybody waits. */
export async function groupWorld(options: MockBrokerOptions = {}) {
  const clock = createManualClock();
  const broker = await startMockBroker({
    nodes: 3,
    topics: [{ name: 'orders', partitions: 4 }],
    ...options,
    transport: 'memory',
    clock,
  });
  /** Who owns what, by what members were told; two at once is what a group is there to prevent. */
  const owners = new Map<number, string>();
  const clashes: string[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  let made = 0;

  async function step(): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await new Promise(setImmediate);
  }

  async function until(condition: () => boolean, withinMs = 120_000, explain = () => ''): Promise<void> {
    const limit = clock.now() + withinMs;
    for (await step(); !condition(); await step()) {
      const due = clock.nextDue();
      if (due === undefined || due > limit) throw new Error(`not within ${withinMs} ms: ${condition} ${explain()}`);
      clock.advance(Math.max(0, due - clock.now()));
    }
  }

  async function run<Value>(work: Promise<Value>, withinMs = 120_000): Promise<Value> {
    let over = false;
    const settled = work.finally(() => {
      over = true;
    });
    settled.catch(() => undefined);
    await until(
      () => over,
      withinMs,
      () => 'for a promise',
    );
    return settled;
  }

  const transport = async (given: KafkaOptions = {}) => {
    made += 1;
    const one = kafka({ ...inMemory(broker, clock, made), fetchMaxWait: '100ms', ...given });
    await run(one.connect());
    closers.push(() => one.close());
    return one;
  };

  async function join({
    sessionTimeoutMs,
    name = `member ${made + 1}`,
    ...given
  }: JoinOptions = {}): Promise<TestMember> {
    const member = new TestMember(name);
    const release = (partitions: readonly TopicPartition[]) => {
      for (const partition of numbers(partitions)) if (owners.get(partition) === name) owners.delete(partition);
    };
    const joining = (await transport(given)).subscribe({
      group: 'g',
      topics: ['orders'],
      startFrom: 'earliest',
      ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
      onAssigned(partitions, epoch) {
        member.owned = numbers(partitions);
        member.epoch = epoch;
        member.history.push(`+${member.owned}`);
        for (const partition of member.owned) {
          const other = owners.get(partition);
          if (other !== undefined && other !== name) clashes.push(`${partition}: ${other} and ${name}`);
          owners.set(partition, name);
        }
      },
      onRevoked(partitions) {
        release(partitions);
        const gone = numbers(partitions);
        member.history.push(`-${gone}`);
        member.owned = member.owned.filter((partition) => !gone.includes(partition));
      },
      onRecords({ records }) {
        for (const { value } of records) member.values.push(Buffer.from(value ?? []).toString());
      },
      onError: (error) => void member.errors.push(error),
    });
    member.subscription = await run(joining);
    return member;
  }

  async function write(...values: readonly string[]): Promise<void> {
    const writer = await (await transport()).topic('orders');
    await run(Promise.all(values.map((value, index) => writer.append(index % writer.partitions, null, value, [], 1))));
  }

  return {
    broker,
    clock,
    clashes,
    owners,
    until,
    run,
    transport,
    join,
    write,
    /** A process that dies: it owns nothing any more, though the group does not know. */
    forgetOwner: ({ name }: TestMember) => {
      for (const [partition, owner] of owners) if (owner === name) owners.delete(partition);
    },
    async [Symbol.asyncDispose]() {
      await run(Promise.all(closers.map((close) => close()))).catch(() => undefined);
      await broker.close();
    },
  };
}
