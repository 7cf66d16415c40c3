/** One run of a command-line tool. Steps go on where the one before ended. */
export interface ToolStep {
  /** The tool as it is called in Kafka's `bin`, and what it is asked. */
  readonly name: string;
  readonly main: string;
  /** `{bootstrap}` and `{folder}` are filled in. */
  readonly args: readonly string[];
  /** Each must be found in what the tool writes. */
  readonly shows: readonly RegExp[];
  /** Why the text is not compared with Kafka's, where it is not. */
  readonly differs?: string;
  /** The exit code is not 0. */
  readonly fails: boolean;
  /** In a JVM of its own, because the tool ends its work only when its JVM ends. */
  readonly alone: boolean;
}

/**
 * Reads a step off a command line: a main class, of `org.apache.kafka.tools` unless it says otherwise, and arguments,
 * of which `{server}` names the cluster.
 */
export function step(
  name: string,
  commandLine: string,
  shows: readonly RegExp[] = [],
  more: Partial<Pick<ToolStep, 'differs' | 'fails' | 'alone'>> = {},
): ToolStep {
  const [main = '', ...args] = commandLine.replace('{server}', '--bootstrap-server {bootstrap}').split(' ');
  const mainClass = main.startsWith('kafka.') ? main : `org.apache.kafka.tools.${main}`;
  return { name, main: mainClass, args, shows, fails: false, alone: false, ...more };
}
