import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { javaTools } from '@eventstream/tooling';

/** Kafka's scripts that the suite calls, and what each of them starts. */
const scripts: Readonly<Record<string, string>> = {
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-acls.sh': 'org.apache.kafka.tools.AclCommand',
  'kafka-run-class.sh': '',
};

/** A folder laid out as an unpacked Kafka, gone when disposed of. */
export type KafkaHome = AsyncDisposable & { readonly folder: string };

/**
 * Makes a folder laid out as an unpacked Kafka, as far as the suite looks into one: some tests call Kafka's command-line
 * tools, some compile a Java client and run it beside theirs. All of it is Kafka's own, from its jars.
 */
export async function makeKafkaHome(): Promise<KafkaHome> {
  const { java, classPath } = await javaTools();
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-kafka-home-'));
  await mkdir(path.join(folder, 'bin'));
  await mkdir(path.join(folder, 'libs'));
  for (const jar of classPath.split(path.delimiter)) await symlink(jar, path.join(folder, 'libs', path.basename(jar)));
  for (const [name, mainClass] of Object.entries(scripts)) {
    const flags = '-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1';
    const script = `#!/bin/sh\nexec '${java}' ${flags} -cp "\${CLASSPATH:+$CLASSPATH:}${folder}/libs/*" ${mainClass} "$@"\n`;
    await writeFile(path.join(folder, 'bin', name), script, { mode: 0o755 });
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
