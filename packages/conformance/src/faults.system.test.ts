// needs: confluent-kafka
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createManualClock, startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';

type Faults = Awaited<ReturnType<typeof startMockBroker>>['faults'];
type Selector = ReturnType<Faults['on']>;

const python = path.resolve(import.meta.dirname, '../foreign/confluent_client.py');
/** Sends one record, fast to give up on an answer and slow to give up on a message; fails when that is not delivered. */
const sendOne = `
import sys
from confluent_kafka import Producer
failures = []
p = Producer({"bootstrap.servers": sys.argv[1], "enable.idempotence": sys.argv[2] == "true", "socket.timeout.ms": 1000,
              "request.timeout.ms": 1000, "retry.backoff.ms": 20, "reconnect.backoff.ms": 20, "log_level": 0})
p.produce("orders", "order-1", on_delivery=lambda error, _: error and failures.append(str(error)))
left = p.flush(20)
sys.exit(f"{failures}, {left} left" if failures or left else 0)
`;

/** What is done to Produce, and how often what librdkafka sent once then lies in the log: without idempotence, and with. */
const kinds: [string, (produce: Selector, faults: Faults) => unknown, naive: number][] = [
  ['fails', (on) => on.fail('NOT_LEADER_OR_FOLLOWER'), 1],
  ['fails for its partition', (on) => on.topic('orders', 0).fail('NOT_LEADER_OR_FOLLOWER'), 1],
  ['is applied, then fails', (on) => on.applyThen('NOT_ENOUGH_REPLICAS_AFTER_APPEND'), 2],
  ['is late', (on) => on.delay('200ms'), 1],
  ['is cut off', (on) => on.disconnect(), 1],
  ['is applied, then cut off', (on) => on.applyThen('disconnect'), 2],
  ['is never answered', (on) => on.silence(), 1],
  ['is applied and never answered', (on) => on.applyThen('silence'), 2],
  ['is cut off before it is decoded', (on) => on.at('frame').disconnect(), 1],
  ['arrives with a wrong checksum', (on) => on.at('request').corruptRecords(), 1],
  ['is answered in part', (on) => on.cut(9), 2],
  ['is answered in part for a while', (on) => on.stall(9, '100ms'), 1],
  ['is answered in part for ever', (on) => on.stall(9), 2],
  ['is stored, then fails', (on) => on.at('answer').fail('NOT_ENOUGH_REPLICAS_AFTER_APPEND'), 2],
  ['is late before it is decoded', (on) => on.at('frame').delay('200ms'), 1],
  ['is answered late', (on) => on.at('answer').delay('200ms'), 1],
  ['is answered too late', (on) => on.at('answer').delay('2s'), 2],
  ['is never decoded', (on) => on.at('frame').silence(), 1],
  ['is stored, then cut off', (on) => on.at('answer').disconnect(), 2],
  ['is stored, then left alone', (on) => on.at('answer').silence(), 2],
  ['is answered with something else', (on) => on.reply((answer) => withError(answer, NOT_LEADER)), 2],
  ['arrives with a byte turned over', (on) => on.at('frame').corrupt(-1), 1],
  ['waits before it is decoded', (on, faults) => held(on.at('frame'), faults), 1],
  ['waits before it is applied', (on, faults) => held(on, faults), 1],
  ['waits for its answer', (on, faults) => held(on.at('answer'), faults), 1],
];

const NOT_LEADER = 6;

/** A gate that opens once somebody is there. */
function held(on: Selector, faults: Faults): void {
  const gate = faults.gate();
  on.hold(gate);
  void gate.reached().then(() => gate.open());
}

function withError(answer: object, errorCode: number): object {
  const { responses } = answer as { responses: { partitionResponses: object[] }[] };
  const refused = (one: object) => ({ ...one, errorCode, baseOffset: -1n });
  return {
    ...answer,
    responses: responses.map((topic) => ({ ...topic, partitionResponses: topic.partitionResponses.map(refused) })),
  };
}

test.each(kinds)('librdkafka, when a Produce %s', { timeout: 60_000 }, async (_, place, naive) => {
  for (const idempotent of [false, true]) {
    await using broker = await startMockBroker({ topics: [{ name: 'orders' }] });
    place(broker.faults.on('Produce'), broker.faults);
    await run('-c', sendOne, broker.bootstrapServers, `${idempotent}`);
    expect(broker.faults.unused()).toEqual([]);
    expect((await broker.topic('orders').records()).length).toBe(idempotent ? 1 : naive);
  }
});

test('librdkafka sees that its checksum is wrong, reads again, and misses nothing', { timeout: 60_000 }, async () => {
  await using broker = await startMockBroker({ witness: true, topics: [{ name: 'orders' }] });
  await run(python, 'produce', broker.bootstrapServers, 'orders', 'cf', '20');
  broker.faults.on('Fetch').topic('orders').corruptRecords();
  const lines = await run(python, 'consume', broker.bootstrapServers, 'orders', '20', 'g').catch(
    (error: Error) => error.message,
  );
  // It reports the batch to the application, which the sample takes for fatal.
  expect(lines).toContain('CRC32C');
  expect((await run(python, 'consume', broker.bootstrapServers, 'orders', '20', 'h')).trim().split('\n')).toHaveLength(
    20,
  );
  broker.witness.expectClean();
});

test('librdkafka is told nonsense in place of an answer, and asks again', { timeout: 60_000 }, async () => {
  await using broker = await startMockBroker({ topics: [{ name: 'orders' }] });
  broker.faults.on('Metadata').corrupt(8);
  await run('-c', sendOne, broker.bootstrapServers, 'true');
  expect(broker.faults.unused()).toEqual([]);
  expect(await broker.topic('orders').records()).toHaveLength(1);
});

test('librdkafka finds its transaction aborted after fifteen minutes that took no time', {
  timeout: 60_000,
}, async () => {
  const clock = createManualClock(Date.now());
  await using broker = await startMockBroker({ clock, topics: [{ name: 'orders' }] });
  const code = `
import sys
from confluent_kafka import Producer, KafkaException
p = Producer({"bootstrap.servers": sys.argv[1], "transactional.id": "tx", "transaction.timeout.ms": 900000})
p.init_transactions(30); p.begin_transaction(); p.produce("orders", "v"); p.flush(30)
print("open", flush=True); sys.stdin.readline()
try: p.commit_transaction(30)
except KafkaException as e: print(e.args[0].name())
`;
  const child = spawn('python3', ['-c', code, broker.bootstrapServers]);
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += String(chunk);
  });
  child.stderr.resume();
  await once(child.stdout, 'data');
  clock.advance('15m');
  expect(broker.transaction('tx')?.state).toBe('CompleteAbort');
  child.stdin.end('\n');
  await once(child, 'close');
  expect(told).toMatch(/open\n_?(FENCED|INVALID_PRODUCER_EPOCH|PRODUCER_FENCED)/);
  expect(await broker.topic('orders').records({ isolation: 'committed' })).toEqual([]);
});

async function run(...args: string[]): Promise<string> {
  const child = spawn('python3', args);
  const output = { told: '', complaint: '' };
  child.stdout.on('data', (chunk) => {
    output.told += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.complaint += String(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(output.complaint);
  return output.told;
}
