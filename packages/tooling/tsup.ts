import { defineConfig, type Options } from 'tsup';

/** The one build of every package: ESM, Node 20, one output file per public door, sources mapped. */
export function preset(entries: readonly string[], options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig((flags) => ({
    entry: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    // tsup drops `node:` unless told not to; without it a package of the same name could take the module's place.
    removeNodeProtocol: false,
    // JavaScript and declarations are two turbo tasks (starting the samples needs no declarations) that share dist:
    // each removes only its own kind of file, or chunks of earlier builds would be published.
    clean: flags.dts ? true : ['!**/*.d.ts'],
    // A line per task is progress; ten are noise. Errors are printed all the same.
    silent: true,
    ...options,
  }));
}
