// npm run bench: measures the packages against their peers in one run.
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() =>
  import('./lib/prepared.mjs').then(({ runPrepared }) =>
    runPrepared(() => import('./lib/run-bench.mjs'), process.argv.slice(2)),
  ),
);
