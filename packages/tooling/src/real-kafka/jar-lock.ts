import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toolingFolder } from '../tooling-folder.ts';

/** One jar of a lock: what it must hash to and where a Maven repository keeps it. */
export interface LockedJar {
  readonly sha256: string;
  readonly bytes: number;
  /** The path inside a Maven repository, such as `org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar`. */
  readonly repositoryPath: string;
  readonly fileName: string;
}

/** A lock is one jar a line: sha256, size in bytes, path. It is exact, so nothing has to resolve poms. */
export function readJarLock(name: string): readonly LockedJar[] {
  const file = path.join(toolingFolder(), 'real-kafka', `${name}.lock`);
  return readFileSync(file, 'utf8').trim().split('\n').map(parseLine);
}

function parseLine(line: string): LockedJar {
  const [sha256, bytes, repositoryPath] = line.split(' ');
  if (sha256 === undefined || bytes === undefined || repositoryPath === undefined) {
    throw new Error(
      `"${line}" is no line of a jar lock: write sha256, bytes and repository path, separated by spaces.`,
    );
  }
  return { sha256, bytes: Number(bytes), repositoryPath, fileName: path.posix.basename(repositoryPath) };
}

/** A jar's Maven coordinates, read off its path. */
export interface Coordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly classifier: string | undefined;
}

/** The coordinates of a locked jar, for asking Maven for it. */
export function coordinatesOf(jar: LockedJar): Coordinates {
  const segments = jar.repositoryPath.split('/');
  const [artifactId, version] = segments.slice(-3) as [string, string];
  const classifier = jar.fileName.slice(`${artifactId}-${version}`.length, -'.jar'.length).replace(/^-/, '');
  return {
    groupId: segments.slice(0, -3).join('.'),
    artifactId,
    version,
    classifier: classifier === '' ? undefined : classifier,
  };
}
