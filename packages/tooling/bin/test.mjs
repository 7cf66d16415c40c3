// npm test: install, build, types, checks, lint and every test that needs only Node.
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() => import('./lib/run-test.mjs').then((module) => module.run(process.argv.slice(2))));
