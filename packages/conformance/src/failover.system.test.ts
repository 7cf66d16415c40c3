// needs: java
import { startRealKafka } from '@eventstream/tooling';
import { kafka } from '@eventstream/transport-kafka';
import { expect, test } from 'vitest';
import { blows } from './failover/blows.ts';
import { javaLatency, kafkajsLoad, ledgerOf, partitions, steadyLoad, transactionalLoad } from './failover/loads.ts';

/** By hand: EVENTSTREAM_FAILOVER_ROUNDS=50, ten to fifteen seconds a round. Three JVMs and four clients are too much for each run. */
const rounds = Number(process.env['EVENTSTREAM_FAILOVER_ROUNDS'] ?? '0');
const seconds = Number(process.env['EVENTSTREAM_FAILOVER_SECONDS'] ?? String(Math.max(rounds, 1) * 15));

test.runIf(rounds > 0)('nothing is lost, doubled or moved while nodes fail', { timeout: 3_600_000 }, async () => {
  await using cluster = await startRealKafka({ nodes: 3, heap: '256m' });
  const brokers = cluster.bootstrapServers;
  const transport = kafka({ brokers });
  await transport.connect();
  const topics = ['steady', 'whole', 'by-kafkajs', 'by-java'];
  await transport.createTopics(topics.map((topic) => ({ topic, partitions, replicationFactor: 3 })));
  const whole = await transactionalLoad(transport, 'whole');
  const steady = await steadyLoad(transport, 'steady', 20_000);
  const other = await kafkajsLoad(brokers.split(','), 'by-kafkajs');
  const java = javaLatency(brokers, 'by-java', seconds);
  const names = Object.keys(blows);
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const name = names[round % names.length] as string;
    const at = performance.now();
    await blows[name]?.(cluster, 'steady', round);
    const took = Math.round(performance.now() - at);
    process.stdout.write(`round ${round + 1}, ${name}: ${took} ms, ${steady.sent()} sent, ${whole.sent()} committed\n`);
  }
  const lasted = (performance.now() - began) / 1000;
  const stalls = {
    steady: (await steady.stop()).longestStallMs,
    transactional: (await whole.stop()).longestStallMs,
    kafkajs: (await other.stop()).longestStallMs,
    javaHighestLatency: await java,
  };
  await transport.close();
  const ledgers = [await ledgerOf(brokers, 'steady', steady.sent()), await ledgerOf(brokers, 'whole', whole.sent())];
  process.stdout.write(
    `${JSON.stringify({ rounds, perSecond: Math.round(steady.sent() / lasted), stalls, ledgers })}\n`,
  );
  for (const ledger of ledgers)
    expect(ledger).toMatchObject({ lost: 0, doubled: 0, missingAtEnd: 0, read: ledger.sent });
});
