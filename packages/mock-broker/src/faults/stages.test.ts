import { createConnection } from 'node:net';
import { encodeRequestFrame, errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { rawClient } from '../testing/raw-client.ts';

const topics = [{ name: 't', partitions: 3 }, { name: 'u' }];
const wish = { values: ['a'] };

function prepared() {
  const under = clusterUnderTest({ topics, nodes: 1 });
  const end = (topic = 't', partition = 0) =>
    under.cluster.catalog.byName(topic)!.partition(partition)!.log.watermarks.end;
  return { under, end, faults: under.faults };
}

/** Whether a promise has been settled by what is ready to run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const note = () => {
    done = true;
  };
  void promise.then(note, note);
  await settle();
  return done;
}

describe('silence', () => {
  test.each(['frame', 'request', 'answer'] as const)(
    'at the %s stage nothing is answered while the connection lasts',
    async (at) => {
      const { under, end, faults } = prepared();
      faults.on('Produce').at(at).silence();
      const sent = produce(under, 't', wish);
      expect(await isSettled(sent)).toBe(false);
      expect(end()).toBe(at === 'answer' ? 1n : 0n);
      under.closed.fire();
      await expect(sent).rejects.toThrow('close');
    },
  );

  test('black-holes one client at every API', async () => {
    const { under, faults } = prepared();
    faults.on('*').client('me').silence().always();
    const ask = (clientId: string) =>
      under.call(
        messages.apiVersions,
        { version: 3, clientId },
        { clientSoftwareName: 'n', clientSoftwareVersion: '1' },
      );
    expect(await isSettled(ask('me'))).toBe(false);
    expect((await ask('you')).errorCode).toBe(0);
  });
});

describe('hold', () => {
  test.each(['frame', 'request', 'answer'] as const)(
    'at the %s stage a request goes on when its gate opens',
    async (at) => {
      const { under, end, faults } = prepared();
      const gate = faults.gate();
      faults.on('Produce').at(at).hold(gate);
      const sent = produce(under, 't', wish);
      await gate.reached();
      expect([gate.waiting, end()]).toEqual([1, at === 'answer' ? 1n : 0n]);
      gate.open();
      expect((await sent).errorCode).toBe(0);
      expect([gate.waiting, end()]).toEqual([0, 1n]);
    },
  );

  test('a gate that data names is the one a test opens; clearing opens all', async () => {
    const { under, faults } = prepared();
    faults.add({ api: 'Produce', effect: { kind: 'hold', gate: 'dam' }, times: 2 });
    const sent = [produce(under, 't', wish), produce(under, 't', wish)];
    await faults.gate('dam').reached(2);
    faults.clear();
    expect((await Promise.all(sent)).map(({ errorCode }) => errorCode)).toEqual([0, 0]);
  });
});

describe('delay and disconnect at other stages', () => {
  test('a frame that is late is struck again by what comes later: a delay, then an error', async () => {
    const { under, faults } = prepared();
    faults.on('Produce').at('frame').delay('5s');
    faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
    const sent = produce(under, 't', wish);
    expect(await isSettled(sent)).toBe(false);
    under.clock.advance(5000);
    expect((await sent).errorCode).toBe(errorCodes.NOT_LEADER_OR_FOLLOWER);
  });

  test('an answer that is late was applied in time', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').at('answer').delay('5s');
    const sent = produce(under, 't', wish);
    expect(await isSettled(sent)).toBe(false);
    expect(end()).toBe(1n);
    under.clock.advance(5000);
    expect((await sent).errorCode).toBe(0);
  });

  test.each([
    ['frame', 0n],
    ['answer', 1n],
  ] as const)('disconnect at the %s stage', async (at, stored) => {
    const { under, end, faults } = prepared();
    faults.on('Produce').at(at).disconnect();
    await expect(produce(under, 't', wish)).rejects.toThrow('close');
    expect(end()).toBe(stored);
  });
});

describe('falsified answers', () => {
  test('reply lays fields over what was decided', async () => {
    const { under, faults } = prepared();
    faults.on('FindCoordinator').reply({ nodeId: 77, port: 1 });
    const answer = await under.call(messages.findCoordinator, { version: 2 }, { key: 'g', keyType: 0 });
    expect(answer).toMatchObject({ nodeId: 77, port: 1, host: '127.0.0.1' });
  });

  test('reply by a function sees the records that would have been sent', async () => {
    const { under, faults } = prepared();
    await produce(under, 't', { values: ['x'.repeat(20_000)] });
    const sizes: number[] = [];
    faults.on('Fetch').reply((answer) => {
      const { responses } = answer as { responses: { partitions: { records: Uint8Array }[] }[] };
      sizes.push(responses[0]!.partitions[0]!.records.byteLength);
      return answer;
    });
    const answer = await fetchFrom(under, [0]);
    expect(sizes).toEqual([answer[0]!.records!.byteLength]);
    expect(sizes[0]).toBeGreaterThan(20_000);
  });

  test('records with a wrong checksum are served, while the log keeps the right ones', async () => {
    const { under, faults } = prepared();
    await produce(under, 't', { values: ['x'.repeat(20_000)] });
    const [right] = await fetchFrom(under, [0]);
    faults.on('Fetch').corruptRecords();
    const [wrong] = await fetchFrom(under, [0]);
    expect(wrong!.records!.byteLength).toBe(right!.records!.byteLength);
    expect(Buffer.compare(wrong!.records!, right!.records!)).not.toBe(0);
    expect(Buffer.compare((await fetchFrom(under, [0]))[0]!.records!, right!.records!)).toBe(0);
  });

  test('records that arrive with a wrong checksum are refused as a real broker refuses them', async () => {
    const { under, end, faults } = prepared();
    faults.on('Produce').at('request').corruptRecords();
    expect((await produce(under, 't', wish)).errorCode).toBe(errorCodes.CORRUPT_MESSAGE);
    expect(end()).toBe(0n);
  });

  test('a frame with a wrong byte is decoded as it came', async () => {
    const { under, faults } = prepared();
    faults.on('FindCoordinator').at('frame').corrupt(2);
    const answer = await under.call(messages.findCoordinator, { version: 0 }, { key: 'g' });
    expect(answer.errorCode).toBe(0);
    faults.on('Metadata').at('frame').corrupt(0);
    await expect(under.call(messages.metadata, { version: 1 }, { topics: [{ name: 't' }] })).rejects.toThrow('close');
  });
});

async function fetchFrom(under: ReturnType<typeof clusterUnderTest>, partitions: readonly number[]) {
  const asked = partitions.map((partition) => ({ partition, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }));
  const request = { replicaId: -1, maxWaitMs: 0, minBytes: 1, topics: [{ topic: 't', partitions: asked }] };
  const answer = await under.call(messages.fetch, { version: 12 }, { ...request, forgottenTopicsData: [] });
  return answer.responses.flatMap((topic) => topic.partitions);
}

describe('on the wire', () => {
  const ask = (port: number) => {
    const socket = createConnection(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk as Buffer));
    socket.on('error', () => undefined);
    socket.write(
      encodeRequestFrame(messages.metadata, { version: 1, correlationId: 7, clientId: 'c' }, { topics: null }),
    );
    return { socket, received: () => Buffer.concat(chunks) };
  };

  test('cut sends so many bytes and closes', async () => {
    await using broker = await startMockBroker();
    broker.faults.on('Metadata').cut(10);
    const { socket, received } = ask(broker.nodes[0]!.port);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received()).toHaveLength(10);
  });

  test('stall sends so many bytes, and the others when the time has come', async () => {
    await using broker = await startMockBroker();
    broker.faults.on('Metadata').stall(10, '30ms');
    const { socket, received } = ask(broker.nodes[0]!.port);
    await new Promise((resolve) => socket.once('data', resolve));
    expect(received()).toHaveLength(10);
    while (received().length < received().readInt32BE(0) + 4) await settle();
    socket.destroy();
  });

  test('a stall without end lasts as long as the connection', async () => {
    await using broker = await startMockBroker();
    broker.faults.on('Metadata').stall(10);
    const { socket, received } = ask(broker.nodes[0]!.port);
    await new Promise((resolve) => socket.once('data', resolve));
    await settle();
    expect(received()).toHaveLength(10);
    socket.destroy();
  });

  test('corrupt turns over one byte of the answer', async () => {
    await using broker = await startMockBroker();
    await using client = await rawClient(broker.nodes[0]!.port);
    broker.faults.on('FindCoordinator').corrupt(1);
    const request = { key: 'g', keyType: 0 };
    const wrong = await client.call(messages.findCoordinator, 0, request);
    expect(wrong.errorCode).toBe(0xff);
  });
});
