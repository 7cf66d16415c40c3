import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runToEnd } from '../run-to-end.ts';
import { coordinatesOf, type LockedJar } from './jar-lock.ts';

/** The base URL to download jars from: `MAVEN_CENTRAL`, else the first one Maven names; nothing without either. */
export async function repositoryUrl(): Promise<string | undefined> {
  const given = process.env['MAVEN_CENTRAL'];
  if (given !== undefined && given !== '') return given;
  try {
    const args = ['-q', '-B', 'help:evaluate', '-Dexpression=project.repositories', '-DforceStdout'];
    const output = await runToEnd('mvn', args, { cwd: tmpdir() });
    return /<url>([^<]+)<\/url>/.exec(output)?.[1];
  } catch {
    // No Maven, or one too old to say: the caller tries Maven's own copying next and reports what that says.
    return undefined;
  }
}

/** Lets Maven fetch exactly the given jars and hands each to `keep`. */
export async function copyWithMaven(
  jars: readonly LockedJar[],
  keep: (jar: LockedJar, file: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-maven-'));
  try {
    await writeFile(path.join(folder, 'pom.xml'), pomOf(jars));
    await runToEnd('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs'], {
      cwd: folder,
      timeoutMs: 600_000,
    });
    for (const jar of jars) await keep(jar, path.join(folder, 'libs', jar.fileName));
  } catch (cause) {
    throw new Error(
      `The jars of Kafka could not be fetched: ${cause instanceof Error ? cause.message : String(cause)}\n` +
        'Set MAVEN_CENTRAL to the base URL of a Maven repository, or install Maven (apt-get install maven).',
      { cause },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pomOf(jars: readonly LockedJar[]): string {
  const dependencies = jars.map((jar) => {
    const { groupId, artifactId, version, classifier } = coordinatesOf(jar);
    const suffix = classifier === undefined ? '' : `<classifier>${classifier}</classifier>`;
    return (
      `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>${suffix}` +
      '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>'
    );
  });
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    `<groupId>local</groupId><artifactId>jars</artifactId><version>1</version><dependencies>${dependencies.join('\n')}</dependencies></project>`
  );
}
