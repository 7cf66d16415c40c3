/** Versions as Kafka writes them: `'3+'` from three on, `'0-7'` both included, `'4'` that one alone. */
export type VersionRange = `${number}+` | `${number}-${number}` | `${number}`;

/** A range as two numbers; `to` is Infinity when open. */
export interface VersionSpan {
  readonly from: number;
  readonly to: number;
}

/** Every version there is or will be. */
export const allVersions: VersionSpan = { from: 0, to: Number.POSITIVE_INFINITY };

/** No version at all. */
export const noVersions: VersionSpan = { from: Number.POSITIVE_INFINITY, to: -1 };

/** The two ends of a range as text. */
export function parseRange(range: VersionRange): VersionSpan {
  if (range.endsWith('+')) return { from: Number(range.slice(0, -1)), to: Number.POSITIVE_INFINITY };
  const [from, to] = range.split('-').map(Number);
  return { from: from as number, to: to ?? (from as number) };
}

/** Whether a version lies in a span. */
export function spans(span: VersionSpan, version: number): boolean {
  return version >= span.from && version <= span.to;
}
