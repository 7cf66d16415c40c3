import { encodeRequestFrame, messages } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apis } from '../apis/index.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

function frame(version: number): Uint8Array {
  const request = version >= 4 ? { topics: null, allowAutoTopicCreation: true } : { topics: null };
  return encodeRequestFrame(messages.metadata, { version, correlationId: 1, clientId: 'c' }, request).subarray(4);
}

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = new Uint8Array(bytes);
  change(new DataView(copy.buffer));
  return copy;
}

test('an API nobody serves ends the connection', async () => {
  expect(await clusterUnderTest().serve(changed(frame(1), (view) => view.setInt16(0, 999)))).toBe('close');
});

test.each([-1, 14, 99])('a version that is not served ends the connection: %i', async (version) => {
  expect(await clusterUnderTest().serve(changed(frame(1), (view) => view.setInt16(2, version)))).toBe('close');
});

test('a request that is cut off ends the connection', async () => {
  const whole = frame(9);
  for (let size = 0; size < whole.byteLength; size += 1) {
    expect(await clusterUnderTest().serve(whole.subarray(0, size)), `${size} bytes`).toBe('close');
  }
  expect(await clusterUnderTest().serve(whole)).toBe('reply');
});

test('whatever bytes come, the broker stands', async () => {
  const keys = apis.map(({ message }) => message.key);
  const header = fc.record({ key: fc.constantFrom(...keys), version: fc.integer({ min: 0, max: 18 }) });
  await fc.assert(
    fc.asyncProperty(header, fc.uint8Array({ maxLength: 200 }), async ({ key, version }, body) => {
      const head = Buffer.alloc(11);
      head.writeInt16BE(key, 0);
      head.writeInt16BE(version, 2);
      const under = clusterUnderTest({ topics: [{ name: 't' }] });
      const served = under.serve(Buffer.concat([head, body]));
      await new Promise(setImmediate);
      under.clock.advance(2 ** 40);
      expect(['reply', 'silent', 'close']).toContain(await served);
    }),
    { numRuns: 1000 },
  );
});

test('observers hear of every request and what became of it', async () => {
  const under = clusterUnderTest();
  const heard: unknown[] = [];
  const stop = under.cluster.observers.on('request', (event) => heard.push(event));
  await under.serve(frame(1));
  await under.serve(changed(frame(9), (view) => view.setInt16(2, 99)));
  stop();
  await under.serve(frame(1));
  expect(heard).toEqual([
    { nodeId: 1, api: 'Metadata', version: 1, clientId: 'c', outcome: 'replied' },
    { nodeId: 1, api: 'Metadata', version: 99, clientId: 'c', outcome: 'closed' },
  ]);
});
