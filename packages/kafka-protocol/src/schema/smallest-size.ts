import type { Field } from './field.ts';
import type { Fields } from './infer.ts';
import { type Edition, isNullable, layOut, lengthForm } from './layout.ts';

const fixed: Partial<Record<Field['type'], number>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  float64: 8,
  uuid: 16,
};

/** The bytes the shortest value of a field takes: what an announced count is checked against. */
export function smallestSize(field: Field, edition: Edition): number {
  const size = fixed[field.type];
  if (size !== undefined) return size;
  if (field.type !== 'struct') {
    const form = lengthForm(field, edition);
    return form === 'compact' ? 1 : form;
  }
  if (isNullable(field, edition)) return 1;
  const { plain } = layOut(field.fields as Fields, edition);
  const inner = plain.reduce((sum, [, entry]) => sum + smallestSize(entry, edition), 0);
  return inner + (edition.flexible ? 1 : 0);
}
