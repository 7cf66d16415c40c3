/** What was tried, for errors that name it. */
export type Attempt = {
  readonly operation: string;
  readonly brokers: readonly string[];
  readonly topic?: string;
  readonly group?: string;
  readonly transactionalId?: string;
  readonly epoch?: number;
};
