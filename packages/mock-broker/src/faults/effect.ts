import type { ErrorName } from '@eventstream/kafka-protocol';

/** What a fault does to a request. */
export type FaultEffect =
  | { readonly kind: 'fail'; readonly error: ErrorName }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'apply-then'; readonly then: 'disconnect' | ErrorName };

/** The effect as it stands in reports. */
export function describeEffect(effect: FaultEffect): string {
  if (effect.kind === 'fail') return `fail('${effect.error}')`;
  if (effect.kind === 'delay') return `delay(${effect.ms})`;
  if (effect.kind === 'disconnect') return 'disconnect()';
  return `applyThen('${effect.then}')`;
}
