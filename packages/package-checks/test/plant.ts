import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Repository, readRepository } from '../src/repository.ts';

/** A repository made of exactly these files (objects become JSON), gone when the test ends. */
export function plant(files: Readonly<Record<string, unknown>>): Repository {
  const root = mkdtempSync(path.join(tmpdir(), 'eventstream-planted-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, content] of Object.entries({ 'package.json': {}, ...files })) {
    const at = path.join(root, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return readRepository(root);
}

/** A package.json of a published package with one door. */
export function published(name: string, more: object = {}): object {
  return { name, version: '1.0.0', exports: { '.': { '@eventstream/source': './src/index.ts' } }, ...more };
}
