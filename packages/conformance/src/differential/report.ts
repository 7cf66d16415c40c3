import type { Difference } from './compare.ts';
import type { Exchange } from './play.ts';
import type { Verdict } from './verdict.ts';

const LONGEST = 900;

/** The differences for a reader: the same step in several versions is shown once, with what was asked. */
export function report({ undeclared, unmet }: Verdict, kafka: string): string {
  const blocks = new Map<string, { readonly first: Exchange; readonly lines: string[]; readonly versions: number[] }>();
  for (const [exchange, differences] of byExchange(undeclared)) {
    const lines = differences.map(line);
    const key = [exchange.area, exchange.title, exchange.api.name, ...lines].join('\n');
    const block = blocks.get(key) ?? { first: exchange, lines, versions: [] };
    block.versions.push(exchange.version);
    blocks.set(key, block);
  }
  const parts = [...blocks.values()].map(
    ({ first, lines, versions }) =>
      `${first.api.name} v${versions.join(',')} · ${first.area}: ${first.title}\n` +
      `    asked  ${short(first.request)}\n${lines.join('\n')}`,
  );
  const gone = unmet.map(({ api, path, reason }) => `${api} ${path}: declared, but not met any more: "${reason}"`);
  return [`Against Kafka ${kafka}: ${undeclared.length} undeclared differences.`, ...parts, ...gone].join('\n\n');
}

function byExchange(differences: readonly Difference[]): ReadonlyMap<Exchange, readonly Difference[]> {
  const grouped = new Map<Exchange, Difference[]>();
  for (const difference of differences) {
    grouped.set(difference.exchange, [...(grouped.get(difference.exchange) ?? []), difference]);
  }
  return grouped;
}

function line({ place, real, mock }: Difference): string {
  return `    ${place || 'the answer'}\n        Kafka  ${short(real)}\n        mock   ${short(mock)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'bigint') return Number(inner);
    return inner instanceof Uint8Array ? `${inner.byteLength} bytes` : inner;
  });
  const shown = text ?? 'nothing';
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)} …` : shown;
}
