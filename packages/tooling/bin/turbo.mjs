// npm run build, npm run check: turbo tasks by name, without a pnpm on the PATH.
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() =>
  import('./lib/turbo.mjs').then(({ runTurbo }) => runTurbo(process.argv.slice(2)).then(({ code }) => code)),
);
