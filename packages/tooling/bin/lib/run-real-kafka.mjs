import { UserError } from './workspace.mjs';

const usage = 'usage: real-kafka.mjs start [4.3.1|3.9.2] [port, default 9092] [nodes: 1 or 3]';

/**
 * Runs a real Kafka until Ctrl-C.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  const [command, version = '4.3.1', port = '9092', nodes = '1'] = args;
  if (command !== 'start' || !/^\d+$/.test(port) || !['1', '3'].includes(nodes)) throw new UserError(usage);
  // Only a build makes this file, so no static path for the type checker.
  const { startRealKafka } = await import(new URL('../../dist/index.js', import.meta.url).href);
  const began = performance.now();
  const kafka = await startRealKafka({ version, port: Number(port), nodes: Number(nodes) });
  const pids = kafka.nodes.map((/** @type {{ pid: number }} */ node) => node.pid).join(', ');
  console.log(
    `Kafka ${version} is ready after ${Math.round(performance.now() - began)} ms (pid ${pids}); Ctrl-C stops it.`,
  );
  console.log(`KAFKA_BROKERS=${kafka.bootstrapServers}`);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  await kafka.stop();
  return 0;
}
