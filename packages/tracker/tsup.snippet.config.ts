import { defineConfig } from 'tsup';

/** The one script a site pastes: for browsers of 2022 and later, as small as it gets. */
export default defineConfig((flags) => ({
  entry: { snippet: 'src/snippet.ts' },
  format: 'iife',
  target: 'es2022',
  outExtension: () => ({ js: '.js' }),
  // Both, one after the other: some 5 % smaller than esbuild alone, and property names stay as they are.
  esbuildOptions: (options) => {
    options.minify = true;
  },
  minify: 'terser',
  terserOptions: { ecma: 2020, toplevel: true, compress: { passes: 3 } },
  dts: flags.dts ? { compilerOptions: { ignoreDeprecations: '6.0' } } : false,
}));
