import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

type Ready = { readonly brokers: readonly [string, ...string[]] };

/** Length, Metadata (3) in version 1, correlation id 1, no client id, all topics. */
const metadataRequest = Buffer.from('0000000e' + '0003' + '0001' + '00000001' + 'ffff' + 'ffffffff', 'hex');

/** How many ms pass from the spawn of `npx @eventstream/mock-broker`, npx apart, to the first answer to Metadata. */
export async function timeToFirstMetadata(): Promise<number> {
  const program = path.join(path.dirname(fileURLToPath(import.meta.resolve('@eventstream/mock-broker'))), 'bin.js');
  const began = performance.now();
  const child = spawn(process.execPath, [program, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const { brokers } = await readyLineOf(child);
    await askForMetadata(Number(brokers[0].split(':')[1]));
    return performance.now() - began;
  } finally {
    // In good order, so that what was compiled is kept where Node can.
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

async function readyLineOf({ stdout }: ChildProcess): Promise<Ready> {
  let text = '';
  for await (const chunk of stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return JSON.parse(text) as Ready;
  }
  throw new Error('The mock broker ended before it was ready.');
}

async function askForMetadata(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(metadataRequest);
  await once(socket, 'data');
  socket.destroy();
}
