import { type Absent, isMeasured, type Row, type Side } from './row.ts';
import { median, summarise } from './stats.ts';

const head = ['Benchmark', 'Ours', 'Peer', 'Ratio', 'Goal', 'CPU µs per event: ours, peer'];

/** Three significant digits, thousands grouped: what a noisy measurement can carry. Bytes are counted, not measured. */
export function figure(value: number, unit = ''): string {
  const rounded = unit === 'bytes' ? value : Number(value.toPrecision(3));
  return rounded.toLocaleString('en', { maximumFractionDigits: 3, useGrouping: true });
}

/** Our median as a multiple of the peer's, above 1 where ours is better; `undefined` without both. */
export function ratioOf({ ours, peer, better }: Row): number | undefined {
  if (!isMeasured(ours) || !isMeasured(peer)) return undefined;
  const [mine, theirs] = [median(ours.values), median(peer.values)];
  return better === 'more' ? mine / theirs : theirs / mine;
}

/** Whether the goal is reached; `undefined` where there is none or it cannot be told. */
export function isReached(row: Row): boolean | undefined {
  const { goal, ours, better } = row;
  if (goal === undefined || !isMeasured(ours)) return undefined;
  if (goal.of === 'ratio') {
    const ratio = ratioOf(row);
    return ratio === undefined ? undefined : ratio >= goal.bound;
  }
  const value = median(ours.values);
  return better === 'more' ? value >= goal.bound : value <= goal.bound;
}

function sideCell(side: Side | Absent | undefined, unit: string): string {
  if (side === undefined) return '–';
  if (!isMeasured(side)) return `not measured: ${'absent' in side ? side.absent : 'no rounds'}`;
  const { median: middle, min, max, rounds } = summarise(side.values);
  const figureOf = (value: number) => figure(value, unit);
  const range = rounds === 1 ? 'one run' : `${figureOf(min)}–${figureOf(max)}`;
  return `${side.name}: **${figureOf(middle)}** ${unit} (${range})`;
}

function cpuCell({ ours, peer }: Row): string {
  const sides = [ours, peer].flatMap((side) => (isMeasured(side) && side.cpu ? [figure(median(side.cpu))] : []));
  return sides.length === 0 ? '–' : sides.join(', ');
}

function goalCell(row: Row): string {
  const { goal, better, unit } = row;
  if (goal === undefined) return '–';
  const sign = goal.of === 'ratio' || better === 'more' ? '≥' : '≤';
  const text = `${sign} ${figure(goal.bound, unit)}${goal.of === 'ratio' ? '×' : ` ${unit}`}`;
  return [verdict(text, isReached(row)), ...cpuVerdict(row)].join('; ');
}

function verdict(text: string, reached: boolean | undefined): string {
  return reached === undefined ? `${text}: open` : `${text}: ${reached ? 'reached' : '**missed**'}`;
}

function cpuVerdict({ goal, ours }: Row): readonly string[] {
  if (goal?.cpu === undefined) return [];
  const cpu = isMeasured(ours) && ours.cpu !== undefined ? median(ours.cpu) : undefined;
  return [verdict(`≤ ${figure(goal.cpu)} µs`, cpu === undefined ? undefined : cpu <= goal.cpu)];
}

function rowCells(row: Row): readonly string[] {
  const { benchmark, what, ours, peer, unit } = row;
  const ratio = ratioOf(row);
  return [
    `${benchmark}: ${what}`,
    sideCell(ours, unit),
    sideCell(peer, unit),
    ratio === undefined ? '–' : `${figure(ratio)}×`,
    goalCell(row),
    cpuCell(row),
  ];
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** The rows as a Markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(rowCells(row)))].join('\n');
}

const end = '<!-- end of results -->';

/**
 * A page with what stands between the markers of a group replaced. Throws where they are missing: nothing else may be
 * overwritten.
 */
export function replaceResults(page: string, group: string, results: string): string {
  const start = `<!-- results of ${group}: written by npm run bench -->`;
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  if (from < 0 || to < from) throw new Error(`The page needs the lines "${start}" and, below it, "${end}".`);
  return `${page.slice(0, from + start.length)}\n\n${results}\n\n${page.slice(to)}`;
}
