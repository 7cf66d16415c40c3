import type { ErrorName, TransactionEnd } from '@eventstream/kafka-protocol';
import type { ProducerIdentity, ProducerIds } from '../producers/producer-ids.ts';
import { type Ending, type MarkerSurroundings, writeMarkers } from './markers.ts';
import { type PartitionName, type SavedTransaction, Transaction } from './transaction.ts';

/** What the coordinator needs. */
export type TransactionSurroundings = MarkerSurroundings & { readonly producerIds: ProducerIds };

/** Who says it owns a transactional id. */
export type ProducerClaim = ProducerIdentity & { readonly transactionalId: string };

/** What InitProducerId wants: `expected` is the identity of a producer that recovers instead of starting (KIP-360). */
export type Registration = {
  readonly transactionalId: string;
  readonly timeoutMs: number;
  readonly expected?: ProducerIdentity | undefined;
};

/** How a producer ends its transaction; those that follow KIP-890 get a new epoch with every end. */
export type EndWish = { readonly end: TransactionEnd; readonly raisesEpoch: boolean };

/** `transactional.id.expiration.ms` of real brokers. */
const ID_EXPIRATION_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * All transactional ids of the cluster. Which node may answer for one is the topology's business.
 *
 * Everything changes in synchronous methods: between the decision and the last marker no request is looked at, so no
 * client ever meets a transaction that is prepared and not complete.
 */
export class TransactionCoordinator {
  readonly #transactions = new Map<string, Transaction>();
  readonly #around: TransactionSurroundings;
  /** Ends that are decided and not written yet, while a test holds markers back. */
  #held: (() => void)[] | undefined;

  constructor(around: TransactionSurroundings) {
    this.#around = around;
  }

  list(): Transaction[] {
    return [...this.#transactions.values()];
  }

  find(transactionalId: string): Transaction | undefined {
    return this.#transactions.get(transactionalId);
  }

  /**
   * Gives a transactional id to the producer that asks and fences whoever had it.
   *
   * An open transaction is aborted first, and the producer is told to ask again, as real brokers tell it.
   */
  register({ transactionalId, timeoutMs, expected }: Registration): ProducerIdentity | ErrorName {
    const known = this.#transactions.get(transactionalId);
    if (!known) return this.#create(transactionalId, timeoutMs);
    const standing = expected ? known.judge(expected) : 'current';
    if (standing !== 'current' && standing !== 'previous') return 'PRODUCER_FENCED';
    if (isPrepared(known)) return 'CONCURRENT_TRANSACTIONS';
    if (known.state === 'Ongoing') {
      this.#fence(known);
      return 'CONCURRENT_TRANSACTIONS';
    }
    const { producerIds } = this.#around;
    const { current } = known.identity;
    // One answer behind, the epoch was raised already: by this request, whose answer was lost, or by a timeout.
    const isRaised = standing === 'previous' && !producerIds.isUsedUp(current);
    if (!isRaised) known.identity = { current: producerIds.bump(current), previous: expected && current };
    known.timeoutMs = timeoutMs;
    known.startedAt = -1;
    this.#rest(known, 'Empty');
    return known.identity.current;
  }

  /** Adds partitions to a transaction and opens it with the first. */
  addPartitions(claim: ProducerClaim, partitions: readonly PartitionName[]): ErrorName {
    const transaction = this.#owned(claim);
    if (typeof transaction === 'string') return transaction;
    this.#open(transaction);
    for (const partition of partitions) transaction.addPartition(partition);
    return 'NONE';
  }

  /** Adds a group, whose offsets then wait for the end of the transaction. */
  addGroup(claim: ProducerClaim, groupId: string): ErrorName {
    const transaction = this.#owned(claim);
    if (typeof transaction === 'string') return transaction;
    this.#open(transaction);
    transaction.addGroup(groupId);
    return 'NONE';
  }

  /** Whether the claimant owns an open transaction that `belongs` accepts: what leaders ask before they write. */
  verify(claim: ProducerClaim, belongs: (transaction: Transaction) => boolean): ErrorName {
    const transaction = this.#owned(claim);
    if (typeof transaction === 'string') return transaction;
    return transaction.state === 'Ongoing' && belongs(transaction) ? 'NONE' : 'TRANSACTION_ABORTABLE';
  }

  /** Commits or aborts, and gives the identity under which the producer goes on. */
  end(claim: ProducerClaim, { end, raisesEpoch }: EndWish): ProducerIdentity | ErrorName {
    const transaction = this.#transactions.get(claim.transactionalId);
    if (!transaction) return 'INVALID_PRODUCER_ID_MAPPING';
    const standing = transaction.judge(claim);
    const isRepeated = standing === 'previous';
    if (!isRepeated && standing !== 'current') return standing;
    const { state } = transaction;
    if (isPrepared(transaction)) return 'CONCURRENT_TRANSACTIONS';
    if (isRepeated && !(raisesEpoch && (state === 'CompleteCommit' || state === 'CompleteAbort'))) {
      return 'PRODUCER_FENCED';
    }
    if (state === 'Ongoing') return this.#decide(transaction, { end, raisesEpoch });
    const isSameEnd = state === (end === 'commit' ? 'CompleteCommit' : 'CompleteAbort');
    if (isSameEnd && (isRepeated || !raisesEpoch)) return transaction.identity.current;
    // A producer that aborts although nothing is open wants the epoch it does not know to be raised (KIP-890).
    if (end === 'commit' || isRepeated || !raisesEpoch) return 'INVALID_TXN_STATE';
    transaction.startedAt = this.#around.clock.now();
    return this.#decide(transaction, { end, raisesEpoch });
  }

  /** Aborts an open transaction over its producer's head, as a timeout does; false when none is open. */
  abort(transactionalId: string): boolean {
    const transaction = this.#transactions.get(transactionalId);
    if (transaction?.state !== 'Ongoing') return false;
    this.#fence(transaction);
    return true;
  }

  /**
   * From now on transactions are decided and their markers not written, until the returned function is called: what real
   * brokers do for moments. Readers of committed records wait meanwhile, and producers hear CONCURRENT_TRANSACTIONS.
   */
  holdMarkers(): () => void {
    const held = this.#held ?? [];
    this.#held = held;
    return () => {
      if (this.#held === held) this.#held = undefined;
      for (const write of held.splice(0)) write();
    };
  }

  save(): SavedTransaction[] {
    return this.list().map((transaction) => transaction.save());
  }

  /**
   * Puts saved transactions in the place of all there are, when topics and groups are those of the same moment. Nothing goes
   * on in them before {@link resume}.
   */
  load(saved: readonly SavedTransaction[]): void {
    for (const transaction of this.list()) transaction.keepTimer(undefined);
    this.#transactions.clear();
    this.#held?.splice(0);
    for (const one of saved) {
      const transaction = this.#newTransaction(one.id, one.identity.current);
      transaction.load(one);
      this.#transactions.set(one.id, transaction);
    }
  }

  /**
   * Goes on with transactions that were loaded. One that was decided and whose markers were held back is completed, as a
   * coordinator does that takes over.
   */
  resume(): void {
    for (const transaction of this.list()) {
      if (transaction.state === 'Ongoing') this.#limit(transaction);
      else if (transaction.ending) this.#write(transaction, transaction.ending);
      else this.#expireLater(transaction);
    }
  }

  #owned(claim: ProducerClaim): Transaction | ErrorName {
    const transaction = this.#transactions.get(claim.transactionalId);
    if (!transaction) return 'INVALID_PRODUCER_ID_MAPPING';
    const standing = transaction.judge(claim);
    if (standing === 'current') return isPrepared(transaction) ? 'CONCURRENT_TRANSACTIONS' : transaction;
    return standing === 'previous' ? 'PRODUCER_FENCED' : standing;
  }

  #create(transactionalId: string, timeoutMs: number): ProducerIdentity {
    const identity = this.#around.producerIds.allocate();
    const transaction = this.#newTransaction(transactionalId, identity);
    transaction.timeoutMs = timeoutMs;
    this.#transactions.set(transactionalId, transaction);
    this.#rest(transaction, 'Empty');
    return identity;
  }

  #newTransaction(transactionalId: string, identity: ProducerIdentity): Transaction {
    const { observers } = this.#around;
    return new Transaction(transactionalId, identity, ({ id, state, identity: { current } }) =>
      observers.emit('transaction', {
        transactionalId: id,
        state,
        producerId: Number(current.producerId),
        producerEpoch: current.producerEpoch,
      }),
    );
  }

  #open(transaction: Transaction): void {
    if (transaction.state === 'Ongoing') return;
    transaction.startedAt = this.#around.clock.now();
    transaction.move('Ongoing');
    this.#limit(transaction);
  }

  /** Aborts an open transaction once its time is over. */
  #limit(transaction: Transaction): void {
    const { clock } = this.#around;
    const leftMs = transaction.startedAt + transaction.timeoutMs - clock.now();
    transaction.keepTimer(clock.schedule(leftMs, () => this.#fence(transaction)));
  }

  /** Aborts over the producer's head: under a new epoch, which it learns only by asking for it. */
  #fence(transaction: Transaction): void {
    transaction.move('PrepareEpochFence');
    const { current } = transaction.identity;
    const raised = { ...current, producerEpoch: current.producerEpoch + 1 };
    transaction.identity = { current: raised, previous: current };
    this.#complete(transaction, 'abort');
  }

  #decide(transaction: Transaction, { end, raisesEpoch }: EndWish): ProducerIdentity {
    const { current } = transaction.identity;
    if (!raisesEpoch) {
      this.#complete(transaction, end);
      return current;
    }
    // Markers carry the raised epoch: whatever the producer sent before and arrives later is fenced by them.
    const raised = { ...current, producerEpoch: current.producerEpoch + 1 };
    transaction.identity = { current: raised, previous: current };
    this.#complete(transaction, end);
    const { producerIds } = this.#around;
    const next = producerIds.isUsedUp(current) ? producerIds.allocate() : raised;
    transaction.identity = { current: next, previous: current };
    return next;
  }

  #complete(transaction: Transaction, end: TransactionEnd): void {
    transaction.move(end === 'commit' ? 'PrepareCommit' : 'PrepareAbort');
    const ending: Ending = { type: end, identity: transaction.identity.current };
    transaction.ending = ending;
    if (this.#held) {
      transaction.keepTimer(undefined);
      this.#held.push(() => this.#write(transaction, ending));
    } else {
      this.#write(transaction, ending);
    }
  }

  #write(transaction: Transaction, ending: Ending): void {
    writeMarkers(this.#around, transaction, ending);
    transaction.clear();
    this.#rest(transaction, ending.type === 'commit' ? 'CompleteCommit' : 'CompleteAbort');
  }

  #rest(transaction: Transaction, state: 'Empty' | 'CompleteCommit' | 'CompleteAbort'): void {
    transaction.move(state);
    this.#expireLater(transaction);
  }

  /** An id that nobody uses for a week is forgotten. */
  #expireLater(transaction: Transaction): void {
    const expire = (): void => {
      transaction.move('Dead');
      this.#transactions.delete(transaction.id);
    };
    transaction.keepTimer(this.#around.clock.schedule(ID_EXPIRATION_MS, expire));
  }
}

/** Decided, while its markers are held back. */
function isPrepared({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort';
}
