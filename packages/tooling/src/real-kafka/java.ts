import { createHash } from 'node:crypto';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** The `java` to run: JAVA_HOME's if set, else the PATH's. Throws a sentence that says how to get one. */
export function findJava(): string {
  const home = process.env['JAVA_HOME'];
  const folders = [...(home ? [path.join(home, 'bin')] : []), ...(process.env['PATH'] ?? '').split(path.delimiter)];
  const found = folders.map((folder) => path.join(folder, 'java')).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    'No Java was found on the PATH. Real Kafka needs Java 17 or newer: install one (apt-get install openjdk-17-jdk-headless) or set JAVA_HOME.',
  );
}

/** Changes whenever another JVM is used: a class archive serves only the JVM that wrote it. */
export function javaFingerprint(java: string): string {
  const real = realpathSync(java);
  return createHash('sha256')
    .update(`${real} ${statSync(real).mtimeMs}`)
    .digest('hex')
    .slice(0, 12);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
