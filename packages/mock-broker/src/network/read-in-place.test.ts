import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readInPlace } from './read-in-place.ts';

/** A socket as a listener gets it, and the client at its other end. */
async function accepted() {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const client = createConnection(port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  return { socket, client, server };
}

test('this Node lets a server read to where it wants', async () => {
  const { socket, client, server } = await accepted();
  const memory = Buffer.alloc(8);
  let read = 0;
  const taken = readInPlace(socket, {
    space: () => (read < memory.byteLength ? memory.subarray(read) : Buffer.alloc(1)),
    filled: (count) => {
      read += count;
      if (read === memory.byteLength) taken?.end('thanks');
    },
  });
  expect(taken, 'the way back is taken: a socket of this Node has another kind of handle').toBeDefined();
  client.write('eight by');
  const [answer] = await once(client, 'data');
  expect(String(answer)).toBe('thanks');
  expect(memory.toString()).toBe('eight by');
  expect(taken?.remotePort).toBe(client.localPort);
  client.end();
  await once(taken!, 'close');
  await new Promise((resolve) => server.close(resolve));
});

test('what is no plain socket stays as it is', () => {
  const stream = new PassThrough() as unknown as Socket;
  expect(readInPlace(stream, { space: () => new Uint8Array(1), filled: () => undefined })).toBeUndefined();
  expect(stream.destroyed).toBe(false);
});
