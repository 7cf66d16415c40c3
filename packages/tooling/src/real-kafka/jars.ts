import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { userCache } from '../user-cache.ts';
import { type LockedJar, readJarLock } from './jar-lock.ts';
import { copyWithMaven, repositoryUrl } from './maven.ts';

const parallelDownloads = 8;

/** The folder that keeps jars and class archives between runs. */
export function kafkaCache(): string {
  return userCache('kafka');
}

/**
 * The class path of a lock, all of whose jars are then on this disk and verified. What is missing comes from
 * `MAVEN_CENTRAL` (a repository's base URL) if set, else from the repository Maven is configured with.
 */
export async function classPathOf(lockName: string): Promise<string> {
  const jars = readJarLock(lockName);
  const folder = path.join(kafkaCache(), 'jars');
  await mkdir(folder, { recursive: true });
  const missing = jars.filter((jar) => !existsSync(path.join(folder, jar.fileName)));
  if (missing.length > 0) await fetchJars(missing, folder);
  return jars.map((jar) => path.join(folder, jar.fileName)).join(path.delimiter);
}

async function fetchJars(missing: readonly LockedJar[], folder: string): Promise<void> {
  const base = await repositoryUrl();
  try {
    if (base === undefined) throw new Error('no base URL is known');
    await download(missing, folder, base);
  } catch (error) {
    // A configured Maven may need credentials or a mirror that only Maven itself knows how to use.
    if (process.env['MAVEN_CENTRAL'] !== undefined) throw error;
    const left = missing.filter((jar) => !existsSync(path.join(folder, jar.fileName)));
    await copyWithMaven(left, (jar, from) => keepVerified(jar, folder, () => readFile(from)));
  }
}

async function download(missing: readonly LockedJar[], folder: string, base: string): Promise<void> {
  const queue = [...missing];
  const worker = async () => {
    for (let jar = queue.pop(); jar !== undefined; jar = queue.pop()) {
      const url = `${base.replace(/\/$/, '')}/${jar.repositoryPath}`;
      await keepVerified(jar, folder, async () => {
        const response = await fetch(url);
        if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}.`);
        return Buffer.from(await response.arrayBuffer());
      });
    }
  };
  await Promise.all(Array.from({ length: parallelDownloads }, worker));
}

/** A jar only gets its final name once its bytes are the locked ones, so a file that is there needs no second look. */
async function keepVerified(jar: LockedJar, folder: string, read: () => Promise<Buffer>): Promise<void> {
  const bytes = await read();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== jar.sha256) {
    throw new Error(
      `${jar.repositoryPath} has sha256 ${sha256}, but its lock says ${jar.sha256}. ` +
        'The repository serves another file than the one that was locked: do not run it; find out why.',
    );
  }
  const final = path.join(folder, jar.fileName);
  const part = `${final}.${process.pid}.part`;
  await writeFile(part, bytes);
  await rename(part, final).catch((error: unknown) => rm(part, { force: true }).then(() => Promise.reject(error)));
}
