/** What one side measured, a value per round. */
export interface Side {
  readonly name: string;
  readonly values: readonly number[];
  /** CPU microseconds, user and system, per event of the measuring process; a value per round. */
  readonly cpu?: readonly number[];
}

/** A side that could not be measured, and the command that would change that. */
export interface Absent {
  readonly name: string;
  readonly absent: string;
}

/** What a row must reach. `ratio` compares ours with the peer's, as "times as good". */
export interface Goal {
  readonly of: 'value' | 'ratio';
  readonly bound: number;
  /** What an event may cost at most, in CPU microseconds. Default: whatever it takes. */
  readonly cpu?: number;
}

/** One line of the table. */
export interface Row {
  readonly benchmark: string;
  /** What is measured and under which conditions. */
  readonly what: string;
  readonly unit: string;
  /** Whether larger or smaller values are better. */
  readonly better: 'more' | 'less';
  readonly ours: Side | Absent;
  readonly peer?: Side | Absent;
  readonly goal?: Goal;
}

/** True for a side that has values. */
export function isMeasured(side: Side | Absent | undefined): side is Side {
  return side !== undefined && 'values' in side && side.values.length > 0;
}
