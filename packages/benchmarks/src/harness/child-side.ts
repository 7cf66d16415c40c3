import { settingsVariable } from './processes.ts';

/** What the benchmark passed to this program. */
export function settings<Settings>(): Settings {
  return JSON.parse(process.env[settingsVariable] ?? '{}') as Settings;
}

/** CPU microseconds, user and system, of this process since the call. */
export function cpuSince(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
}

/** Says what was measured. The program may end afterwards. */
export function report(result: object): void {
  console.log(`result ${JSON.stringify(result)} end`);
}

/** Says that this program serves, and reports its CPU when it is told to stop. */
export function serveUntilStopped(ready: object, close: () => Promise<unknown>): void {
  const cpuMicros = cpuSince();
  console.log(`ready ${JSON.stringify(ready)} end`);
  process.once('SIGTERM', () => {
    report({ cpuMicros: cpuMicros() });
    void close().finally(() => process.exit(0));
  });
}
