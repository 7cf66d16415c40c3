/** What a witness may find. */
export type FindingKind =
  /** The same record lies in a log twice: same producer and sequence, or same id header. */
  | 'duplicate'
  /** A producer left out sequence numbers. */
  | 'sequence-gap'
  /** A partition was given to two members, or one committed what is another's. */
  | 'two-owners'
  /** Somebody wrote who had been replaced: with an old epoch, an old generation or an old member id. */
  | 'zombie-write'
  /** A member committed an offset it was never given. */
  | 'commit-beyond-fetch'
  /** A member committed less than was committed before. */
  | 'offset-backwards';

/** One thing a client did wrong or suffered. */
export type Finding = {
  readonly kind: FindingKind;
  /** In words: who, what, where. */
  readonly what: string;
  /** Milliseconds since the Unix epoch, on the broker's clock. */
  readonly at: number;
};

/** What a watch reports; the witness adds when. */
export type Report = Omit<Finding, 'at'>;
