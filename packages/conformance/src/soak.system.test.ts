// needs: java
import { startRealKafka } from '@eventstream/tooling';
import { kafka } from '@eventstream/transport-kafka';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from './support/child.ts';

/** By hand: EVENTSTREAM_SOAK_SECONDS=1800, with EVENTSTREAM_SOAK_FOLDER=/dev/shm for logs in memory. */
const seconds = Number(process.env['EVENTSTREAM_SOAK_SECONDS'] ?? 15);
const perSecond = Number(process.env['EVENTSTREAM_SOAK_RATE'] ?? 50_000);
const folder = process.env['EVENTSTREAM_SOAK_FOLDER'];
const rebalanceEvery = Math.min(60, Math.ceil(seconds / 5));
/** A heap that grows shows within minutes; before that it has not found its size. */
const isLong = seconds >= 300;

type Report = { readonly seconds: number; readonly rssMb: number; readonly heapMb: number; readonly read: number };

/** Logs are kept as short as the cluster can: half an hour at this rate would be 10 GB. */
const shortLogs = {
  'log.segment.bytes': String(64 * 2 ** 20),
  'log.retention.bytes': String(128 * 2 ** 20),
  'log.retention.check.interval.ms': '5000',
};

test('a client that writes and reads for a long time grows no larger and leaves nothing behind', {
  timeout: (seconds + 120) * 1000,
}, async () => {
  await using cluster = await startRealKafka({
    properties: shortLogs,
    ...(folder === undefined ? {} : { folder, cpuTier: 'full', heap: '512m' }),
  });
  const admin = kafka({ brokers: cluster.bootstrapServers });
  await admin.connect();
  await admin.createTopics([{ topic: 'soak', partitions: 6 }]);
  await admin.close();
  const child = await startChild({ after: (cleanup) => onTestFinished(async () => void (await cleanup())) }, 'soak', {
    BROKERS: cluster.bootstrapServers,
    TOPIC: 'soak',
    SECONDS: String(seconds),
    PER_SECOND: String(perSecond),
    REBALANCE_EVERY: String(rebalanceEvery),
    REPORT_EVERY: String(isLong ? 30 : 5),
  });
  const line = await child.waitForLine(/^done /, { timeoutMs: (seconds + 60) * 1000 });
  const reports = [...child.output().matchAll(/^at (.*)$/gm)].map(([, json]) => JSON.parse(json as string) as Report);
  if (isLong) process.stdout.write(`${child.output()}\n`);
  const done = JSON.parse(line.slice('done '.length)) as { readonly sent: number; readonly rebalances: number };
  expect(done).toMatchObject({ lost: 0, refused: 0, trouble: '', acknowledged: done.sent, read: done.sent, left: [] });
  expect(done.sent / seconds).toBeGreaterThan(perSecond / 2);
  expect(done.rebalances).toBeGreaterThan(seconds / rebalanceEvery / 2);
  if (isLong) expect(highest(reports, 2 / 3, 1)).toBeLessThan(highest(reports, 1 / 3, 2 / 3) * 1.1);
});

/** The largest RSS between two parts of the run, in MiB. */
function highest(reports: readonly Report[], from: number, to: number): number {
  const part = reports.slice(Math.floor(reports.length * from), Math.ceil(reports.length * to));
  return Math.max(...part.map(({ rssMb }) => rssMb));
}
