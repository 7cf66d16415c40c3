import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MockBrokerError } from '../errors.ts';

/** The version of the files; another one when older brokers could not read them. */
const FORMAT = 1;
const OWN_FILES = /^(?:lock|format\.json(?:\.new)?|(?:journal|snapshot)-\d{6}(?:\.new)?)$/;

/** What a directory says of its cluster. */
export type ClusterFacts = { readonly clusterId: string; readonly nodes: number; readonly firstNodeId: number };

/** Makes the directory unless it is there. @throws MockBrokerError `PERSIST_FORMAT` when it holds something else */
export function prepareDirectory(folder: string): void {
  // It holds the passwords of users.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const foreign = readdirSync(folder).find((name) => !OWN_FILES.test(name));
  if (foreign === undefined) return;
  const message = `Directory ${folder} holds "${foreign}", which is not the mock broker's: name an empty directory, or one that does not exist.`;
  throw new MockBrokerError('PERSIST_FORMAT', message, { folder, foreign });
}

/** What the directory says; `undefined` in a new one. @throws MockBrokerError `PERSIST_FORMAT` */
export function readFacts(folder: string): ClusterFacts | undefined {
  const file = path.join(folder, 'format.json');
  if (!readdirSync(folder).includes('format.json')) return undefined;
  const { format, ...facts } = parse(readFileSync(file, 'utf8'));
  if (format === FORMAT) return facts as ClusterFacts;
  const message = `Directory ${folder} has format ${format ?? 'unknown'}, and this version of the mock broker reads ${FORMAT}: use the version that wrote it, or name another directory.`;
  throw new MockBrokerError('PERSIST_FORMAT', message, { folder, format: String(format), reads: FORMAT });
}

export function writeFacts(folder: string, facts: ClusterFacts): void {
  const file = path.join(folder, 'format.json');
  writeFileSync(`${file}.new`, `${JSON.stringify({ format: FORMAT, ...facts })}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The numbers of the journals there are, and of the newest whole snapshot: what is needed to read the directory. */
export function generationsOf(folder: string): { readonly snapshot: number; readonly journals: readonly number[] } {
  const names = readdirSync(folder);
  const numbersOf = (kind: string) =>
    names
      .filter((name) => name.startsWith(`${kind}-`) && !name.endsWith('.new'))
      .map((name) => Number(name.slice(kind.length + 1)))
      .sort((one, other) => one - other);
  const snapshot = numbersOf('snapshot').at(-1) ?? 0;
  return { snapshot, journals: numbersOf('journal').filter((number) => number >= snapshot) };
}

/** A journal holds what came after the snapshot of the same number; the first has none. */
export function fileOf(folder: string, kind: 'journal' | 'snapshot', generation: number): string {
  return path.join(folder, `${kind}-${String(generation).padStart(6, '0')}`);
}

/** Files that nothing depends on any more: older generations, and what was not finished. */
export function leftoversOf(folder: string): string[] {
  const { snapshot } = generationsOf(folder);
  const isOver = (name: string): boolean => {
    if (name.endsWith('.new')) return true;
    const [, number] = /^(?:journal|snapshot)-(\d+)$/.exec(name) ?? [];
    return number !== undefined && Number(number) < snapshot;
  };
  return readdirSync(folder)
    .filter(isOver)
    .map((name) => path.join(folder, name));
}

function parse(text: string): { format?: unknown } {
  try {
    return JSON.parse(text) as { format?: unknown };
  } catch {
    return {};
  }
}
