import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { BrokerSocket } from './broker-socket.ts';

/** Connects to a broker that says these chunks, one a turn, and hangs up; gives what kafkajs would see. */
async function seenOf(chunks: readonly Buffer[]): Promise<readonly string[]> {
  const server = createServer(async (client) => {
    client.setNoDelay(true);
    for (const chunk of chunks) {
      await new Promise<void>((resolve) => client.write(chunk, () => setImmediate(resolve)));
    }
    client.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const seen: string[] = [];
  const broker = new BrokerSocket(socket);
  broker.on('data', (frame: Buffer) => seen.push(frame.toString('hex')));
  broker.on('end', () => seen.push('end'));
  broker.on('error', ({ message }: Error) => seen.push(message));
  await new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => server.close(resolve));
  return seen;
}

test('answers arrive whole, half of one does not, and a broker that hangs up is an error', async () => {
  const answer = Buffer.from('00000002abcd', 'hex');
  const chunks = [answer.subarray(0, 3), Buffer.concat([answer.subarray(3), answer, answer.subarray(0, 5)])];
  expect(await seenOf(chunks)).toEqual(['00000002abcd', '00000002abcd', 'the broker closed the connection']);
});
