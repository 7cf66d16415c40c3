import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeFrame } from './frame.ts';
import { Journal } from './journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventstream-persist-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (name: string) => ({
  change: { kind: 'brokerConfigs' as const, values: new Map([['name', name]]) },
  batches: [Buffer.from(name)],
});

async function namesIn(directory: string): Promise<string[]> {
  const names: string[] = [];
  const journal = new Journal(directory);
  journal.open(({ batches }) => names.push(String(Buffer.from(batches![0]!))));
  await journal.close();
  return names;
}

test('wherever the last entries are cut, what stands before the cut is read, and more can be written', async () => {
  const own = path.join(folder, 'own');
  mkdirSync(own);
  const journal = new Journal(own);
  journal.open(() => undefined);
  for (const name of ['one', 'two', 'three']) journal.append([entry(name)]);
  await journal.close();
  const [file] = readdirSync(own);
  const ends = ['one', 'two', 'three'].map((name) => encodeFrame([entry(name)]).byteLength);
  const whole = readFileSync(path.join(own, file!)).byteLength;
  expect(ends.reduce((sum, bytes) => sum + bytes, 0)).toBe(whole);
  for (let size = 0; size <= whole; size += 1) {
    const cut = path.join(folder, `cut-${size}`);
    cpSync(own, cut, { recursive: true });
    truncateSync(path.join(cut, file!), size);
    const expected = ['one', 'two', 'three'].filter(
      (_, at) => ends.slice(0, at + 1).reduce((a, b) => a + b, 0) <= size,
    );
    const again = new Journal(cut);
    again.open(() => undefined);
    again.append([entry('four')]);
    await again.close();
    expect(await namesIn(cut), `cut at byte ${size}`).toEqual([...expected, 'four']);
    rmSync(cut, { recursive: true });
  }
});

test('whichever byte before the last entry is another, it is noticed', async () => {
  const journal = new Journal(folder);
  journal.open(() => undefined);
  for (const name of ['one', 'two']) journal.append([entry(name)]);
  await journal.close();
  const file = path.join(folder, readdirSync(folder)[0]!);
  const bytes = readFileSync(file);
  for (let at = 0; at < encodeFrame([entry('one')]).byteLength; at += 1) {
    const other = Buffer.from(bytes);
    other[at]! ^= 0x10;
    writeFileSync(file, other);
    await expect(namesIn(folder), `byte ${at}`).rejects.toMatchObject({ code: 'PERSIST_DAMAGED' });
  }
});
