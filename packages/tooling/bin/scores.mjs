// npm run scores: public test suites of Kafka clients, run against the mock broker or a real Kafka.
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() =>
  import('./lib/prepared.mjs').then(({ runPrepared }) =>
    runPrepared(() => import('./lib/run-scores.mjs'), process.argv.slice(2)),
  ),
);
