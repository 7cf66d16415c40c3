import { type ErrorName, errorCodes } from '@eventstream/kafka-protocol';

/** A number for a name: answers carry codes, everything inside the broker speaks names. */
export function codeOf(name: ErrorName): number {
  return errorCodes[name];
}
