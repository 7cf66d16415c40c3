import { joinGroup, text } from './collect.ts';
import type { Lab } from './lab.ts';

const partitions = 6;

/** Sends one round of values and resolves with those that were acknowledged. */
export type SendRound = (topic: string, values: readonly string[]) => Promise<readonly string[]>;

/** What a run under fail-over shows. */
export interface FailoverLedger {
  readonly acked: number;
  readonly stored: number;
  /** Acknowledged and not in the log. */
  readonly lost: readonly string[];
  /** Copies beyond the first. */
  readonly duplicates: number;
}

/** A topic with a leader on every node, three copies of each partition. */
export async function replicatedTopic(lab: Lab): Promise<string> {
  const topic = lab.name('failover');
  await (await lab.transport()).createTopics([{ topic, partitions, replicationFactor: 3 }]);
  return topic;
}

/**
 * Sends without pause while leaders are killed the hard way and brought back, `kills` times, then compares what was
 * acknowledged with what is in the log.
 */
export async function underFailover(
  lab: Lab,
  options: { readonly topic: string; readonly kills: number; readonly send: SendRound },
): Promise<FailoverLedger> {
  const { topic, kills, send } = options;
  const acked: string[] = [];
  let sending = true;
  let rounds = 0;
  const load = (async () => {
    for (let round = 0; sending; round += 1) {
      const values = Array.from({ length: 120 }, (_, index) => `${round}-${index}`);
      acked.push(...(await send(topic, values)));
      rounds += 1;
    }
  })();
  const moreRounds = async (count: number) => {
    const target = rounds + count;
    const deadline = Date.now() + lab.backend.patienceMs;
    while (rounds < target && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  for (let kill = 0; kill < kills; kill += 1) {
    await moreRounds(3);
    const { restart } = await lab.running.killLeader(topic, kill % partitions);
    await moreRounds(3);
    await restart();
  }
  await moreRounds(3);
  sending = false;
  await load;
  return audit(lab, topic, acked);
}

async function audit(lab: Lab, topic: string, acked: readonly string[]): Promise<FailoverLedger> {
  const transport = await lab.transport();
  const ends = await transport.offsets(topic);
  const total = ends.reduce((sum, { first, next }) => sum + next - first, 0);
  const member = await joinGroup(transport, {
    group: lab.name('audit'),
    topics: [topic],
    patienceMs: lab.backend.patienceMs,
  });
  await member.until(
    () => member.records.length >= total,
    () => `read ${member.records.length} of ${total}`,
  );
  const values = member.records.map(({ value }) => text(value));
  const stored = new Set(values);
  return {
    acked: acked.length,
    stored: stored.size,
    lost: acked.filter((value) => !stored.has(value)),
    duplicates: values.length - stored.size,
  };
}
