import { defineConfig } from 'vitest/config';

/** Serves every package: run from the repository's root for all tests, or from a package for its own. */
export default defineConfig({
  resolve: { conditions: ['@eventstream/source'] },
  ssr: { resolve: { conditions: ['@eventstream/source'] } },
  test: {
    include: ['{src,test}/**/*.test.ts', 'packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.system.test.ts'],
    testTimeout: 20_000,
  },
});
