import type { Attributes } from '@opentelemetry/api';
import type { KeyCapture } from './options.ts';
import { keys, ownKeys } from './semconv.ts';

/** FNV-1a over UTF-16 code units; two lanes with different offsets, since 32 bits collide at some ten thousand keys. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) ^ (high >>> 15);
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Says about a record's key what was asked for: nothing by default, and nothing about a record without one. */
export function addKey(attributes: Attributes, capture: KeyCapture, key: string | null): void {
  if (capture === false || key === null) return;
  if (capture === 'hash') attributes[ownKeys.keyHash] = hash(key);
  else attributes[keys.kafkaKey] = key;
}
