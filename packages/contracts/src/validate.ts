import { EventstreamError } from '@eventstream/core';
import type { AnyContract, ContractOutput } from './contract.ts';

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
    'data',
  );
}

/**
 * The data as its contract's schema gives it back: unknown keys stripped, defaults filled in. Throws `event-invalid` with
 * every issue and its path; values are never part of the message, since they may be personal.
 *
 * @example
 * ```ts
 * import { defineEvent, validateData } from '@eventstream/contracts';
 * import { z } from 'zod';
 *
 * const seen = defineEvent('shop.page.seen', { version: 1, topic: 'shop.pages', data: z.object({ url: z.string() }) });
 * console.assert(validateData(seen, { url: '/', extra: 1 }).url === '/');
 * ```
 */
export function validateData<One extends AnyContract>(contract: One, data: unknown): ContractOutput<One> {
  const result = contract.data.safeParse(data);
  if (result.success) return result.data as ContractOutput<One>;
  const issues = result.error.issues.map(({ path, message }: { path: PropertyKey[]; message: string }) => ({
    path: pathText(path),
    message,
  }));
  const list = issues.map((issue: { path: string; message: string }) => `${issue.path}: ${issue.message}`).join('; ');
  throw new EventstreamError('event-invalid', {
    message: `Event "${contract.type}" does not match version ${contract.version} of its contract. ${list}.`,
    facts: { type: contract.type, issues },
  });
}

/** The Kafka key of an event. Throws `key-invalid` when the contract's function gives neither a string nor `null`. */
export function keyOf(
  contract: AnyContract,
  data: unknown,
  context: { readonly subject: string | undefined; readonly id: string },
): string | null {
  const key: unknown = contract.key(data, context);
  if (typeof key === 'string' || key === null) return key;
  throw new EventstreamError('key-invalid', {
    message: `The key function of "${contract.type}" returned ${key === undefined ? 'undefined' : `a ${typeof key}`}. Return a string, or null for no key.`,
    facts: { type: contract.type },
  });
}
