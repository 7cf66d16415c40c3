import { run } from '@eventstream-apps/local-stack';

// Prints where everything listens; the benchmark reads that.
process.exitCode = await run([]);
