// needs: java
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { javaPartitioner } from '@eventstream/producer';
import { javaTools, runToEnd } from '@eventstream/tooling';
import { expect, test } from 'vitest';

const counts = [1, 2, 3, 7, 12, 50, 64];

/** 100,000 keys of many lengths and scripts, the same in every run. */
function keys(): readonly string[] {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const alphabets = ['abcdefghijklmnopqrstuvwxyz0123456789-_', 'äöüßéèñç', 'клюзднпрст', '鍵値試験', '😀🎉🧵'].map(
    (text) => [...text],
  );
  return Array.from({ length: 100_000 }, () => {
    const alphabet = alphabets[random(alphabets.length)] as string[];
    return Array.from({ length: 1 + random(40) }, () => alphabet[random(alphabet.length)]).join('');
  });
}

test('100,000 random keys land where the Java client puts them, for every count of partitions', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-keys-'));
  const [input, output] = [path.join(folder, 'keys.txt'), path.join(folder, 'partitions.txt')];
  const all = keys();
  await writeFile(input, `${all.join('\n')}\n`);
  const { java, classPath } = await javaTools();
  const program = path.join(import.meta.dirname, '../foreign/Partitions.java');
  const command = ['-cp', classPath, program, ...counts.map(String)];
  await runToEnd('sh', ['-c', '"$0" "$@" < "$INPUT" > "$OUTPUT"', java, ...command], {
    name: 'Partitions',
    env: { INPUT: input, OUTPUT: output },
  });
  const theirs = (await readFile(output, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  await rm(folder, { recursive: true });
  const ours = all.map((key) => counts.map((count) => javaPartitioner(key, count)).join(' '));
  expect(theirs).toHaveLength(all.length);
  expect(all.filter((_, index) => ours[index] !== theirs[index])).toEqual([]);
});
