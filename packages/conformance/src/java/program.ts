import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { javaTools, runToEnd } from '@eventstream/tooling';

const sources = path.join(import.meta.dirname, '../../foreign/java');

/** The Java programs of `foreign/java`, compiled into a folder of their own. */
export interface JavaPrograms {
  readonly java: string;
  /** What stands between `java` and the main class. */
  readonly jvmArguments: readonly string[];
  /** Runs a main class to its end and gives what it wrote. */
  run(mainClass: string, args: readonly string[], options?: { readonly timeoutMs?: number }): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Compiles the programs: all at once, which takes little longer than one. */
export async function javaPrograms(): Promise<JavaPrograms> {
  const { java, classPath } = await javaTools();
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-java-'));
  const files = (await readdir(sources)).filter((name) => name.endsWith('.java'));
  const compiler = path.join(path.dirname(java), 'javac');
  const quiet = ['-nowarn', '-Xlint:-removal', '-Xlint:-deprecation'];
  await runToEnd(compiler, [
    ...quiet,
    '-cp',
    classPath,
    '-d',
    folder,
    ...files.map((name) => path.join(sources, name)),
  ]);
  const jvmArguments = [
    // Clients of a broker that is stopped or fences them complain on stderr; what matters is in the answers.
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=off',
    ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...['-cp', [folder, classPath].join(path.delimiter)],
  ];
  return {
    java,
    jvmArguments,
    run: (mainClass, args, options = {}) =>
      runToEnd(java, [...jvmArguments, mainClass, ...args], { name: mainClass, ...options }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What one case of a program told. */
export interface CaseOutcome {
  readonly ok: boolean;
  /** What the case saw, or how it failed. */
  readonly detail: string;
}

/** Reads the JSON lines of a program, by the names of its cases. */
export function outcomesIn(output: string): ReadonlyMap<string, CaseOutcome> {
  const lines = output.split('\n').filter((line) => line.startsWith('{"case"'));
  return new Map(
    lines.map((line) => {
      const { case: name, ok, detail } = JSON.parse(line) as CaseOutcome & { case: string };
      return [name, { ok, detail }];
    }),
  );
}

/** The names of all cases, read off the sources, so that each is a test of its own before a JVM has run. */
export async function caseNames(): Promise<readonly string[]> {
  const files = (await readdir(sources)).filter((name) => name.endsWith('Cases.java'));
  const texts = await Promise.all(files.sort().map((name) => readFile(path.join(sources, name), 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(/cases\.add\("([^"]+)"/g)].map(([, name]) => name as string));
}
