import type { Exchange } from './play.ts';

/** One place in which two answers are not the same. */
export type Difference = {
  readonly exchange: Exchange;
  /** Where, as in `topics.partitions.errorCode`; empty when one broker did not answer. */
  readonly path: string;
  /** The same with positions in lists. */
  readonly place: string;
  readonly real: unknown;
  readonly mock: unknown;
};

type Place = { readonly path: string; readonly place: string };

/** All differences between what the same script got from two brokers. */
export function compare(real: readonly Exchange[], mock: readonly Exchange[]): readonly Difference[] {
  return real.flatMap((exchange, at) => {
    const found: Difference[] = [];
    differ({ path: '', place: '' }, [exchange.outcome, mock[at]?.outcome], (place, one, other) =>
      found.push({ exchange, ...place, real: one, mock: other }),
    );
    return found;
  });
}

type Report = (place: Place, real: unknown, mock: unknown) => void;

function differ(at: Place, [real, mock]: readonly [unknown, unknown], report: Report): void {
  if (Array.isArray(real) && Array.isArray(mock)) {
    differInLists(at, [real, mock], report);
  } else if (isFields(real) && isFields(mock)) {
    for (const name of new Set([...Object.keys(real), ...Object.keys(mock)])) {
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const place = at.place === '' ? name : `${at.place}.${name}`;
      differ({ path, place }, [real[name], mock[name]], report);
    }
  } else if (!Object.is(real, mock)) report(at, real, mock);
}

function differInLists(at: Place, [real, mock]: readonly [readonly unknown[], readonly unknown[]], report: Report) {
  if (real.length !== mock.length) {
    // Of lists that are not equally long, what only one of them has.
    report(at, without(real, mock), without(mock, real));
    return;
  }
  for (const [index, item] of real.entries()) {
    differ({ path: at.path, place: `${at.place}[${index}]` }, [item, mock[index]], report);
  }
}

function without(list: readonly unknown[], other: readonly unknown[]): readonly unknown[] {
  const known = other.map((item) => JSON.stringify(item));
  return list.filter((item) => {
    const at = known.indexOf(JSON.stringify(item));
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
