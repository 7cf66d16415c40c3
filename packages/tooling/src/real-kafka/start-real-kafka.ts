import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../free-port.ts';
import { clusterMetadata } from './cluster-metadata.ts';
import { classPathOf, kafkaCache } from './jars.ts';
import { findJava, javaFingerprint } from './java.ts';
import { type KafkaNode, RunningNode } from './kafka-node.ts';
import { type NodePlan, writeNodeFolder } from './node-folder.ts';
import type { RealKafkaOptions } from './options.ts';

/** A running Apache Kafka on loopback ports. */
export interface RealKafka {
  /** Comma-separated `127.0.0.1:port`, as clients take it. */
  readonly bootstrapServers: string;
  readonly nodes: readonly KafkaNode[];
  /** The doors of a `secure` node, `host:port`; its certificates are good for `localhost`. Otherwise all are `bootstrapServers`. */
  readonly doors: Readonly<Record<'plain' | 'sasl' | 'ssl' | 'saslssl', string>>;
  /** Stops every node by its pid and removes all data. Safe to call twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A real Apache Kafka (KRaft, one or three nodes) from its published jars, with nothing but a JRE 17 installed.
 * Resolves when every node answers Metadata with a live controller and all brokers. The first call on a machine
 * downloads 45 MB; a start then takes 2 to 4 s, less once the class archive of a first clean stop exists.
 * Rejects with the brokers' logs when they do not come up.
 * @example
 * ```ts no-run reason="needs Java; the system tests run it"
 * await using kafka = await startRealKafka({ nodes: 3 });
 * await kafka.nodes[0]?.kill('SIGKILL');
 * ```
 */
export async function startRealKafka(options: RealKafkaOptions = {}): Promise<RealKafka> {
  const folder = await mkdtemp(path.join(options.folder ?? tmpdir(), 'eventstream-kafka-'));
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  let nodes: readonly RunningNode[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeNow);
  };
  try {
    nodes = await launchNodes(options, folder);
    await Promise.all(nodes.map((node) => node.start()));
    await untilReady(nodes, options.timeoutMs);
  } catch (error) {
    await stop();
    throw error;
  }
  const bootstrapServers = nodes.map((node) => `127.0.0.1:${node.port}`).join(',');
  return {
    bootstrapServers,
    nodes,
    doors: doorsOf(bootstrapServers, nodes[0]?.doors),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function doorsOf(plain: string, ports: NodePlan['doors']): RealKafka['doors'] {
  if (ports === undefined) return { plain, sasl: plain, ssl: plain, saslssl: plain };
  const { sasl, ssl, saslssl } = ports;
  return { plain, sasl: `127.0.0.1:${sasl}`, ssl: `localhost:${ssl}`, saslssl: `localhost:${saslssl}` };
}

async function launchNodes(options: RealKafkaOptions, folder: string): Promise<readonly RunningNode[]> {
  const { version = '4.3.1', properties = {} } = options;
  const java = findJava();
  const classPath = await classPathOf(`kafka-${version}-broker`);
  await mkdir(path.join(kafkaCache(), 'archives'), { recursive: true });
  const classArchive = path.join(kafkaCache(), 'archives', `${version}-${javaFingerprint(java)}.jsa`);
  const plans = await planNodes(options, folder);
  const running: RunningNode[] = [];
  for (const plan of plans) {
    const serverProperties = await writeNodeFolder(version, plan, { plans, properties });
    running.push(
      new RunningNode({
        id: plan.id,
        port: plan.port,
        doors: plan.doors,
        java,
        jvmArguments: jvmArguments(options, classPath, serverProperties),
        classArchive,
        mayWriteArchive: plan.id === 1,
        untilReady: () => untilReady(running, options.timeoutMs),
      }),
    );
  }
  return running;
}

async function planNodes(options: RealKafkaOptions, folder: string): Promise<readonly NodePlan[]> {
  const { nodes: count = 1, port: firstPort, secure = false } = options;
  const ports = await freePorts(2 * count + 3);
  const [sasl, ssl, saslssl] = ports.slice(-3) as [number, number, number];
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    port: index === 0 && firstPort !== undefined ? firstPort : (ports[2 * index] as number),
    controllerPort: ports[2 * index + 1] as number,
    folder: path.join(folder, `node-${index + 1}`),
    ...(secure ? { doors: { sasl, ssl, saslssl } } : {}),
  }));
}

function jvmArguments(options: RealKafkaOptions, classPath: string, serverProperties: string): readonly string[] {
  const { heap = options.nodes === 3 ? '128m' : '256m', cpuTier = 'fast-start' } = options;
  return [
    `-Xmx${heap}`,
    '-Xms32m',
    '-XX:+UseSerialGC',
    ...(cpuTier === 'fast-start' ? ['-XX:TieredStopAtLevel=1'] : []),
    '-cp',
    classPath,
    'kafka.Kafka',
    serverProperties,
  ];
}

/** Polls every node until each names a controller and as many live brokers as run; fails at once when a JVM ends. */
async function untilReady(nodes: readonly RunningNode[], timeoutMs = 90_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const ended = Promise.race(
    nodes.map(async (node) => {
      const { code, signal } = await node.exited;
      throw new Error(`Kafka node ${node.id} ended (${code ?? signal}) before it was ready. Its log:\n${tail(node)}`);
    }),
  );
  ended.catch(() => undefined); // Looked at below, and never unhandled once the nodes are ready.
  for (const node of nodes) {
    while (!(await Promise.race([ended, isReady(node, nodes.length)]))) {
      if (performance.now() > deadline) {
        throw new Error(`Kafka node ${node.id} did not answer in ${timeoutMs} ms. Its log:\n${tail(node)}`);
      }
      await wait(50);
    }
  }
}

async function isReady(node: RunningNode, count: number): Promise<boolean> {
  try {
    const { brokerIds, controllerId } = await clusterMetadata(node.port, 2000);
    return controllerId >= 0 && brokerIds.length === count;
  } catch {
    // Not listening yet, or closing connections while it starts: asked again until the deadline.
    return false;
  }
}

function tail(node: RunningNode): string {
  return node.log().trimEnd().split('\n').slice(-30).join('\n');
}
