import { errorTable } from './error-table.ts';

/** The names of all error codes, as Kafka spells them. */
export type ErrorName = keyof typeof errorTable;

/** One error code with what Kafka says about it. */
export interface ErrorInfo {
  readonly name: ErrorName;
  readonly code: number;
  /** Whether the same request may succeed later, as the Java client's RetriableException has it. */
  readonly retriable: boolean;
  readonly message: string;
}

type ErrorCodes = { readonly [Name in ErrorName]: (typeof errorTable)[Name][0] };

/**
 * The number of each error code by its name.
 *
 * @example
 * const { retriable } = errorInfo(errorCodes.NOT_COORDINATOR); // true: find the coordinator and try again
 */
export const errorCodes = Object.fromEntries(
  Object.entries(errorTable).map(([name, [code]]) => [name, code]),
) as unknown as ErrorCodes;

const byCode: ReadonlyMap<number, ErrorInfo> = new Map(
  Object.entries(errorTable).map(([name, [code, retriable, message]]) => [
    code,
    { name: name as ErrorName, code, retriable, message },
  ]),
);

/** What an error code means. A code newer than this package is an UNKNOWN_SERVER_ERROR that keeps its number. */
export function errorInfo(code: number): ErrorInfo {
  const known = byCode.get(code);
  if (known !== undefined) return known;
  return { name: 'UNKNOWN_SERVER_ERROR', code, retriable: false, message: `error code ${code} is not known here` };
}
