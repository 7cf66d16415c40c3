import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toolingFolder } from '../tooling-folder.ts';
import type { KafkaVersion } from './options.ts';

/** Everything that differs between the nodes of one cluster. */
export interface NodePlan {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly folder: string;
  /** Ports of the other doors of a secured node. */
  readonly doors?: { readonly sasl: number; readonly ssl: number; readonly saslssl: number };
}

/**
 * Writes what Kafka's own formatting tool would write, without its JVM (1 to 4 s a node), and gives the path of the
 * node's server.properties. The checkpoint holds only the feature levels; without it a broker starts all the same,
 * but silently without the new consumer groups (KIP-848) and transactions v2 (KIP-890).
 */
export async function writeNodeFolder(
  version: KafkaVersion,
  plan: NodePlan,
  cluster: { readonly plans: readonly NodePlan[]; readonly properties: Readonly<Record<string, string>> },
): Promise<string> {
  const data = path.join(plan.folder, 'data');
  await mkdir(data, { recursive: true });
  await writeFile(
    path.join(data, 'meta.properties'),
    `version=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\nnode.id=${plan.id}\n`,
  );
  await writeFile(
    path.join(data, 'bootstrap.checkpoint'),
    bootstrapCheckpoint(plan.doors === undefined ? version : secured),
  );
  const properties = path.join(plan.folder, 'server.properties');
  await writeFile(properties, serverProperties(plan, cluster, data));
  return properties;
}

function serverProperties(
  plan: NodePlan,
  { plans, properties }: { readonly plans: readonly NodePlan[]; readonly properties: Readonly<Record<string, string>> },
  data: string,
): string {
  const { doors } = plan;
  const file = doors ? 'secure.properties' : plans.length === 1 ? 'single.properties' : 'cluster-node.properties';
  const values: Record<string, string> = {
    id: String(plan.id),
    port: String(plan.port),
    controller: String(plan.controllerPort),
    // In a properties file a backslash starts an escape.
    data: data.replaceAll('\\', '/'),
    plain: String(plan.port),
    tls: path.join(toolingFolder(), 'real-kafka/tls').replaceAll('\\', '/'),
  };
  for (const [door, port] of Object.entries(doors ?? {})) values[door] = String(port);
  for (const { id, controllerPort } of plans) values[`controller${id}`] = String(controllerPort);
  const extra = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  const template = readFileSync(path.join(toolingFolder(), 'real-kafka', file), 'utf8') + extra.join('');
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} asks for ${whole}, which nothing fills in.`);
    return value;
  });
}

/** A checkpoint that knows a user as well. */
const secured = '4.3.1+scram alice/alice-secret (256, 512)';

function bootstrapCheckpoint(version: KafkaVersion | typeof secured): Buffer {
  const all = JSON.parse(readFileSync(path.join(toolingFolder(), 'real-kafka', 'bootstrap.json'), 'utf8')) as Record<
    string,
    string
  >;
  const encoded = all[version];
  if (encoded === undefined) throw new Error(`bootstrap.json has no checkpoint for Kafka ${version}.`);
  return Buffer.from(encoded, 'base64');
}
