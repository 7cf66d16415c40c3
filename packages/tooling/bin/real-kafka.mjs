// A real Kafka by hand:  node packages/tooling/bin/real-kafka.mjs start [4.3.1|3.9.2] [port]   (Ctrl-C stops it)
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() =>
  import('./lib/prepared.mjs').then(({ runPrepared }) =>
    runPrepared(() => import('./lib/run-real-kafka.mjs'), process.argv.slice(2)),
  ),
);
