import { createConsumer } from '@eventstream/consumer';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { cpuSince, report, settings } from '../harness/child-side.ts';
import { bench } from '../support/contract.ts';
import { latencies, untilAll } from '../support/latencies.ts';
import { openLoop, type Pace } from '../support/pace.ts';
import { postTo, trackedRequest } from '../support/tracked.ts';

const { brokers, collector, bytes, pace, warmUpSeconds } = settings<{
  brokers: string;
  collector: string;
  bytes: number;
  pace: Pace;
  warmUpSeconds: number;
}>();

const arrived: number[] = [];
const consumer = createConsumer({
  catalog: bench,
  group: 'bench',
  transport: kafkajs({ brokers }),
  handlers: { 'bench.tick': ({ data }) => arrived.push(performance.now() - data.at) },
});
const running = consumer.run();
await consumer.ready;

const post = postTo(collector);
const click = (due: number) => void post(trackedRequest(due, bytes));
await openLoop({ rate: pace.rate, seconds: warmUpSeconds }, click);
await untilAll(arrived, pace.rate * warmUpSeconds);

arrived.length = 0;
const cpuMicros = cpuSince();
await openLoop(pace, click);
const events = pace.rate * pace.seconds;
await untilAll(arrived, events);
report({ ...latencies(arrived), cpuPerEvent: cpuMicros() / events });
await consumer.close();
await running;
process.exit(0);
