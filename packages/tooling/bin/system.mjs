// npm run test:system: the tests that need more than Node (Java, Docker, Chromium, …).
import { onRightNode } from './lib/node-version.mjs';

onRightNode(() => import('./lib/run-system.mjs').then((module) => module.run(process.argv.slice(2))));
