import type { ApiName } from '@eventstream/kafka-protocol';
import type { Part } from './parts.ts';

/** What a rule may ask of a request before it is decoded. */
export type HeadView = {
  readonly api: string;
  readonly version: number;
  readonly nodeId: number;
  readonly clientId: string;
  /** Told of the rule that strikes. */
  readonly struck?: (rule: string) => void;
};

/** What a rule may ask of a decoded request; what is costly is computed only when a rule asks. */
export type RequestView = HeadView & {
  readonly parts: () => readonly Part[];
  readonly groups: () => readonly string[];
  readonly transactionalIds: () => readonly string[];
};

/** Which requests a rule is for; a field left out matches all. */
export type FaultSelection = {
  readonly api: ApiName | '*';
  readonly topic?: string;
  /** Of `topic`. */
  readonly partition?: number;
  readonly group?: string;
  readonly transactionalId?: string;
  readonly node?: number;
  readonly client?: string;
  /** One version, or the lowest and the highest. */
  readonly version?: number | readonly [lowest: number, highest: number];
};

/** Every criterion of the selection the request does not meet, in words; none when it matches. */
export function mismatches(selection: FaultSelection, request: HeadView | RequestView): string[] {
  return [...headMismatches(selection, request), ...('parts' in request ? bodyMismatches(selection, request) : [])];
}

function headMismatches({ api, node, client, version }: FaultSelection, request: HeadView): string[] {
  const found: string[] = [];
  if (api !== '*' && api !== request.api) found.push(`the API is ${request.api}`);
  if (node !== undefined && node !== request.nodeId) found.push(`the node is ${request.nodeId}`);
  if (client !== undefined && client !== request.clientId) found.push(`the client is '${request.clientId}'`);
  if (version !== undefined && !inRange(version, request.version)) found.push(`the version is ${request.version}`);
  return found;
}

function bodyMismatches(selection: FaultSelection, request: RequestView): string[] {
  const { topic, partition, group, transactionalId } = selection;
  const found: string[] = [];
  if (topic !== undefined && !request.parts().some((part) => meets(selection, part))) {
    const named = request.parts().filter((part) => part.topic === topic);
    if (partition !== undefined && named.length > 0) found.push(`the partitions are ${named.map(partitionOf)}`);
    else found.push(`the topics are [${[...new Set(request.parts().map((part) => part.topic))].join(', ')}]`);
  }
  const { groups, transactionalIds } = request;
  if (group !== undefined && !groups().includes(group)) found.push(`the groups are [${groups().join(', ')}]`);
  if (transactionalId !== undefined && !transactionalIds().includes(transactionalId)) {
    found.push(`the transactional ids are [${transactionalIds().join(', ')}]`);
  }
  return found;
}

export function matches(selection: FaultSelection, request: HeadView | RequestView): boolean {
  return mismatches(selection, request).length === 0;
}

/** Whether the selection means this part; a part without a partition stands for all of its topic's. */
export function meets({ topic, partition }: FaultSelection, part: Part): boolean {
  if (topic !== part.topic) return false;
  return partition === undefined || part.partition === undefined || part.partition === partition;
}

function inRange(wanted: number | readonly [number, number], version: number): boolean {
  const [lowest, highest] = typeof wanted === 'number' ? [wanted, wanted] : wanted;
  return version >= lowest && version <= highest;
}

function partitionOf({ partition }: Part): number {
  return partition ?? -1;
}

type Fields = Readonly<Record<string, unknown>>;
const GROUP_KEY = 0;

/** The groups a decoded request is about, whatever its API. */
export function groupsOf(request: object): string[] {
  const { groupId, groups, groupsNames, key, keyType, coordinatorKeys } = request as Fields;
  const listed = [groups, groupsNames, keyType === GROUP_KEY ? coordinatorKeys : []].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const named = listed.map((one) => (typeof one === 'object' && one !== null ? (one as Fields)['groupId'] : one));
  return texts([groupId, keyType === GROUP_KEY ? key : undefined, ...named]);
}

/** The transactional ids a decoded request is about. */
export function transactionalIdsOf(request: object): string[] {
  const fields = request as Fields;
  const { transactions, transactionalIds, keyType, key, coordinatorKeys } = fields;
  const nested = Array.isArray(transactions) ? transactions.map((one) => (one as Fields)['transactionalId']) : [];
  const plural = Array.isArray(transactionalIds) ? transactionalIds : [];
  const keys = keyType === 1 ? [key, ...(Array.isArray(coordinatorKeys) ? coordinatorKeys : [])] : [];
  return texts([fields['transactionalId'], fields['v3AndBelowTransactionalId'], ...nested, ...plural, ...keys]);
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === 'string' && value !== '');
}

/** A copy that keeps what was named, not the request that named it. */
export function settled({ api, version, nodeId, clientId, ...body }: RequestView): RequestView {
  const [parts, groups, transactionalIds] = [body.parts(), body.groups(), body.transactionalIds()];
  return {
    api,
    version,
    nodeId,
    clientId,
    parts: () => parts,
    groups: () => groups,
    transactionalIds: () => transactionalIds,
  };
}
