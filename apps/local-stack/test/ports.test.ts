import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { choosePort } from '../src/ports.ts';

test('a port that is free is kept; one that is taken is replaced', async () => {
  const { port } = await choosePort(0);
  await expect(choosePort(port)).resolves.toEqual({ port, wanted: port });
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
  const other = await choosePort(port);
  holder.close();
  expect(other.wanted).toBe(port);
  expect(other.port).not.toBe(port);
});
