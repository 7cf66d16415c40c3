// needs: docker
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterMetadata, freePorts, runToEnd } from '../src/index.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const file = path.join(root, 'docker/compose.yaml');
const allProfiles = ['--profile', 'shop', '--profile', 'ui'];
// A project and ports of its own: a stack somebody has running stays as it is.
const project = `eventstream-test-${process.pid}`;
const [kafkaPort = 0, collectorPort = 0, livePort = 0, shopPort = 0, ordersApiPort = 0] = await freePorts(5);
const env = {
  KAFKA_PORT: String(kafkaPort),
  COLLECTOR_PORT: String(collectorPort),
  LIVE_PORT: String(livePort),
  SHOP_PORT: String(shopPort),
  ORDERS_API_PORT: String(ordersApiPort),
};
const minutes = 60_000;

function compose(...args: string[]): Promise<string> {
  return runToEnd('docker', ['compose', '-f', file, '-p', project, ...args], {
    env,
    cwd: root,
    timeoutMs: 15 * minutes,
  });
}

interface Container {
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}

async function containers(): Promise<readonly Container[]> {
  const lines = await compose('ps', '--all', '--format', 'json');
  return lines
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Container);
}

/** Compose names the container that failed and not its reason: that is in its log. */
async function up(): Promise<void> {
  try {
    await compose('--profile', 'shop', 'up', '-d', '--build', '--wait', '--wait-timeout', '240');
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : cause}\n${await compose('logs', '--tail', '30')}`, {
      cause,
    });
  }
}

test('the file is valid with every profile', async () => {
  await compose(...allProfiles, 'config', '-q');
});

describe('the stack with its shop', () => {
  beforeAll(async () => {
    await runToEnd('bash', [path.join(root, 'docker/ci/stand-ins'), file, '--profile', 'shop'], {
      timeoutMs: 15 * minutes,
    });
    await up();
  }, 30 * minutes);

  afterAll(() => compose(...allProfiles, 'down', '-v', '--timeout', '20'), 2 * minutes);

  test('is healthy, service by service, and the topics were provisioned first', async () => {
    const states = (await containers()).map(({ Service, State, Health, ExitCode }) =>
      State === 'running' ? `${Service} ${Health}` : `${Service} ${State} ${ExitCode}`,
    );
    expect(states.sort()).toEqual([
      'collector healthy',
      'kafka healthy',
      'live-dashboard healthy',
      'orders-api healthy',
      'orders-worker healthy',
      'provision exited 0',
      'storefront healthy',
    ]);
  });

  test('Kafka answers on this machine at the address it advertises', async () => {
    expect(await clusterMetadata(kafkaPort, 5000)).toEqual({ brokerIds: [1], controllerId: 1 });
  });

  test('what a page of the shop posts to the collector reaches the worker', async () => {
    const sku = `lamp-${randomUUID().slice(0, 8)}`;
    const event = {
      id: randomUUID(),
      type: 'shop.cart.changed',
      time: Date.now(),
      visitor: randomUUID(),
      session: randomUUID(),
      page: `http://localhost:${shopPort}/`,
      data: { sku, quantity: 3 },
    };
    const answer = await fetch(`http://127.0.0.1:${collectorPort}/v1/events?k=pub_shop`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin: `http://localhost:${shopPort}` },
      body: JSON.stringify({ sentAt: Date.now(), events: [event] }),
    });
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 200,
      body: { results: { [event.id]: { r: 'ok' } } },
    });
    await expect
      .poll(() => compose('logs', 'orders-worker'), { timeout: 30_000, interval: 500 })
      .toContain(`3 x ${sku}`);
  });

  test('the shop page names the addresses of this machine', async () => {
    const page = await (await fetch(`http://127.0.0.1:${shopPort}/`)).text();
    expect(page).toContain(`http://localhost:${collectorPort}/v1/events`);
  });

  test('the worker drains and ends by itself when it is stopped', async () => {
    await compose('stop', '--timeout', '20', 'orders-worker');
    const worker = (await containers()).find(({ Service }) => Service === 'orders-worker');
    expect(worker).toMatchObject({ State: 'exited', ExitCode: 0 });
  });
});
