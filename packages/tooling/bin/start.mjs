// npm start: installs and builds what is missing, then runs the whole sample stack.
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() =>
  import('./lib/prepared.mjs').then(({ runPrepared }) =>
    runPrepared(() => import('./lib/run-start.mjs'), process.argv.slice(2)),
  ),
);
