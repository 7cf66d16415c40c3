import { defineConfig, type Options } from 'tsup';

/** The one build of every package: ESM, Node 20, one output file per public door, sources mapped. */
export function preset(entries: readonly string[], options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig((flags) => ({
    entry: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    // JavaScript and declarations are two turbo tasks (starting the samples needs no declarations) that share dist:
    // each removes only its own kind of file, or chunks of earlier builds would be published.
    clean: flags.dts ? true : ['!**/*.d.ts'],
    dts: flags.dts ? { compilerOptions: { ignoreDeprecations: '6.0' } } : false,
    ...options,
  }));
}
