import { startMockBroker } from '@eventstream/mock-broker';
import { report, settings } from '../harness/child-side.ts';

const { nodes, times } = settings<{ nodes: number; times: number }>();
const starts: number[] = [];
for (let time = 0; time < times; time += 1) {
  const began = performance.now();
  const broker = await startMockBroker({ nodes });
  starts.push(performance.now() - began);
  await broker.close();
}
const [first = 0, ...later] = starts;
const middle = later.sort((a, b) => a - b)[Math.floor(later.length / 2)] ?? first;
report({ first, middle });
