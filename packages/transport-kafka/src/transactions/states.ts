/** What a transactional producer may be doing. `failed` can only abort; `fenced` can do nothing ever again. */
export type TransactionState = 'ready' | 'open' | 'ending' | 'failed' | 'fenced' | 'closed';

const moves: { readonly [From in TransactionState]: readonly TransactionState[] } = {
  ready: ['open', 'fenced', 'closed'],
  open: ['ending', 'failed', 'fenced', 'closed'],
  ending: ['ready', 'failed', 'fenced', 'closed'],
  failed: ['ending', 'fenced', 'closed'],
  fenced: ['closed'],
  closed: [],
};

/** Whether one state may follow another. */
export function mayFollow(from: TransactionState, to: TransactionState): boolean {
  return moves[from].includes(to);
}
