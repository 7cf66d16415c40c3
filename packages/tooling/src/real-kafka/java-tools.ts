import { runToEnd } from '../run-to-end.ts';
import { classPathOf } from './jars.ts';
import { findJava } from './java.ts';

/** Kafka's own command-line tools, run from their jars. */
export interface JavaTools {
  /** The `java` executable. */
  readonly java: string;
  /** The class path of kafka-tools and all it needs. */
  readonly classPath: string;
  /** Runs a main class, such as `org.apache.kafka.tools.TopicCommand`, and gives its output. Rejects unless it ends with 0. */
  run(mainClass: string, args: readonly string[], options?: { readonly timeoutMs?: number }): Promise<string>;
}

/**
 * The tools and Streams of Kafka 4.3.1, whose clients also speak to 3.9 brokers. RocksDB is left out: keep stores in memory. Kept apart from the brokers' class path, because
 * the two bring different logging bindings.
 */
export async function javaTools(version: '4.3.1' = '4.3.1'): Promise<JavaTools> {
  const java = findJava();
  const classPath = await classPathOf(`kafka-${version}-tools`);
  return {
    java,
    classPath,
    run: (mainClass, args, options = {}) =>
      runToEnd(
        java,
        ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath, mainClass, ...args],
        {
          name: mainClass,
          ...options,
        },
      ),
  };
}
