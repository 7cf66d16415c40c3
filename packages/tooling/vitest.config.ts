import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Workspace packages resolve to their `src`, so tests never need a build. Setting `conditions` replaces Vite's own
 * list, so that list is repeated here, but for `module`: that one is for bundlers, and what packages keep behind it (such as
 * `@opentelemetry/api`) need not load in Node. Workspace packages need no `server.deps.inline`: their real path lies outside
 * node_modules, which is what makes Vite transform a file rather than leave it to Node.
 */
export const conditions = ['@eventstream/source', 'node', 'development|production'];

/** Serves every package: run from the repository's root for all tests, or from a package for its own. */
export default defineConfig({
  cacheDir: `${import.meta.dirname}/../../node_modules/.cache/vite`,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{src,test}/**/*.test.ts', 'packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/dist/**', '**/*.system.test.ts', '**/fixtures/**'],
    setupFiles: [`${import.meta.dirname}/src/vitest/fail-on-console.ts`],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A rejection nobody handled is a bug in the code under test, never noise: vitest fails the run for it by default.
    dangerouslyIgnoreUnhandledErrors: false,
    // A property test that finds nothing in 20 s of a loaded CI machine is not slow, it hangs; report slow ones early.
    slowTestThreshold: 2000,
    passWithNoTests: true,
  },
});
