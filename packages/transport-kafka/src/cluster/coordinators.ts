import { errorCodes, messages } from '@eventstream/kafka-protocol';
import type { Attempt } from '../errors/attempt.ts';
import { codeError } from '../errors/code-error.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Link } from '../network/link.ts';
import type { Purpose } from './brokers.ts';
import type { Cluster } from './cluster.ts';

/** Whom a coordinator is of. */
export type CoordinatorOf = {
  readonly kind: 'group' | 'transaction';
  /** The group's id, or the transactional id. */
  readonly key: string;
};

const keyTypes = { group: 0, transaction: 1 } as const;
/** From here on one request may ask for several (KIP-699). */
const batched = 4;

/** Which nodes coordinate which groups and transactions, as last told. */
export class Coordinators {
  readonly #cluster: Cluster;
  readonly #nodes = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The link to a coordinator, looked up if it is not known. Rejects with the broker's error, or `BrokerLost`. */
  async link(of: CoordinatorOf, attempt: Attempt, purpose?: Purpose): Promise<Link> {
    const { brokers } = this.#cluster;
    const known = this.#nodes.get(nameOf(of));
    const link = known === undefined ? undefined : brokers.link(known, purpose);
    if (link !== undefined) return link;
    const found = await this.#find(of, attempt);
    this.#nodes.set(nameOf(of), found.nodeId);
    if (!brokers.ids.includes(found.nodeId)) brokers.add({ ...found, rack: null });
    return brokers.link(found.nodeId, purpose) as Link;
  }

  /** It has moved, or cannot be reached. */
  forget(of: CoordinatorOf): void {
    this.#nodes.delete(nameOf(of));
  }

  async #find({ kind, key }: CoordinatorOf, attempt: Attempt) {
    const keyType = keyTypes[kind];
    const answer = await this.#cluster.ask(messages.findCoordinator, ({ version }) =>
      version >= batched ? { keyType, coordinatorKeys: [key] } : { keyType, key },
    );
    const found = answer.coordinators[0] ?? answer;
    if (found.errorCode !== errorCodes.NONE) throw codeError(found.errorCode, attempt, found.errorMessage);
    if (found.nodeId < 0) throw new BrokerLost('the coordinator', 'it is nowhere', { maybeServed: false });
    return { nodeId: found.nodeId, host: found.host, port: found.port };
  }
}

function nameOf({ kind, key }: CoordinatorOf): string {
  return `${kind} ${key}`;
}
