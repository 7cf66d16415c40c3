/** Topics are named, not numbered, up to this version of Produce. */
export const namedTopics = 12;

/** From the next version on, writing makes a partition join the transaction (KIP-890). */
export const explicitJoin = 11;
