import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a suite is run against. */
export type Target = 'mock' | 'kafka';
/** Which kind of groups the suite's consumers join: classic ones or those of KIP-848. */
export type GroupProtocol = 'classic' | 'consumer';

/** Where a suite comes from. */
export type PinnedSuite = { readonly package: string; readonly integrity: string };

/** Names of the tests that passed, by target and protocol. */
export type Passing = Readonly<Record<Target, Readonly<Partial<Record<GroupProtocol, readonly string[]>>>>>;

/** What `scores/librdkafka.json` holds: the suite, and the best it has shown. */
export type ScoreRecord = PinnedSuite & { readonly brokerVersion: string; readonly passing: Passing };

const file = path.join(packageFolder(), 'scores/librdkafka.json');

/** The recorded floor. */
export async function readRecord(): Promise<ScoreRecord> {
  return JSON.parse(await readFile(file, 'utf8')) as ScoreRecord;
}

/** A record with the tests of one run added: it never loses one. */
export function raise(
  record: ScoreRecord,
  {
    target,
    protocol,
    passed,
  }: { readonly target: Target; readonly protocol: GroupProtocol; readonly passed: readonly string[] },
): ScoreRecord {
  const ofTarget = record.passing[target];
  const names = [...new Set([...(ofTarget[protocol] ?? []), ...passed])].sort();
  return { ...record, passing: { ...record.passing, [target]: { ...ofTarget, [protocol]: names } } };
}

/** Writes the floor back. */
export async function writeRecord(record: ScoreRecord): Promise<void> {
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** This file lies in the sources in tests, and in one bundle otherwise. */
function packageFolder(): string {
  const [folder] = import.meta.dirname.split(/\/(?:src|dist)(?:\/|$)/);
  return folder as string;
}
