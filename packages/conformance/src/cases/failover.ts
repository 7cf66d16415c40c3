import kafkaClient from 'kafkajs';
import { expect } from 'vitest';
import { replicatedTopic, type SendRound, underFailover } from '../support/failover.ts';
import type { Cases, Lab } from '../support/lab.ts';

const kills = 5;

/** One record per append, spread over every partition, as the producer does. */
async function throughDriver(lab: Lab): Promise<SendRound> {
  const transport = await lab.transport();
  return async (topic, values) => {
    const writer = await transport.topic(topic);
    const outcomes = await Promise.allSettled(
      values.map((value, index) => writer.append(index % writer.partitions, null, value, [], Date.now())),
    );
    return values.filter((_, index) => outcomes[index]?.status === 'fulfilled');
  };
}

/** One `send` for the whole round, which is how kafkajs is used. */
async function throughBareKafkajs(lab: Lab): Promise<SendRound> {
  const client = new kafkaClient.Kafka({
    brokers: lab.running.bootstrapServers.split(','),
    logLevel: 0,
    retry: { initialRetryTime: 50, retries: 20 },
  });
  const producer = client.producer({
    createPartitioner: kafkaClient.Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  lab.after(() => producer.disconnect());
  return async (topic, values) => {
    const messages = values.map((value) => ({ key: value, value }));
    return producer.send({ topic, acks: -1, messages }).then(
      () => values,
      () => [],
    );
  };
}

/** Leaders die under load: what was acknowledged must be there. */
export function failoverCases(one: Cases): void {
  one.needs('failover', `leaders killed ${kills} times under load: nothing acknowledged is lost`, async (lab) => {
    const topic = await replicatedTopic(lab);
    const ledger = await underFailover(lab, { topic, kills, send: await throughDriver(lab) });
    expect(ledger.lost).toEqual([]);
    expect(ledger.acked).toBeGreaterThan(1000);
    process.stdout.write(
      `${lab.backend.name}: ${ledger.acked} acknowledged, 0 lost, ${ledger.duplicates} duplicates over ${kills} leader kills\n`,
    );
  });
}

/** What the driver over kafkajs is there to prevent. */
export function bareKafkajsCases(one: Cases): void {
  one.needs(
    'failover',
    'the same run on bare kafkajs loses acknowledged messages, which is why the driver checks every answer',
    async (lab) => {
      const send = await throughBareKafkajs(lab);
      let [acked, lost, runs] = [0, 0, 0];
      // Whether a kill meets a request on its way is chance: nearly every run loses some, not each one.
      while (lost === 0 && runs < 4) {
        const ledger = await underFailover(lab, { topic: await replicatedTopic(lab), kills, send });
        acked += ledger.acked;
        lost += ledger.lost.length;
        runs += 1;
      }
      expect(lost).toBeGreaterThan(0);
      process.stdout.write(`bare kafkajs: ${acked} acknowledged, ${lost} lost over ${runs * kills} leader kills\n`);
    },
  );
}
