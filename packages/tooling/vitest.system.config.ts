import { configDefaults, defineConfig } from 'vitest/config';
import { conditions } from './vitest.config.ts';

/** Tests that need more than Node. One file at a time: each may start JVMs, containers or browsers. */
export default defineConfig({
  cacheDir: `${import.meta.dirname}/../../node_modules/.cache/vite`,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{src,test}/**/*.system.test.ts', '{packages,apps}/*/{src,test}/**/*.system.test.ts'],
    exclude: [...configDefaults.exclude, '**/dist/**', '**/fixtures/**'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    slowTestThreshold: 30_000,
    passWithNoTests: true,
  },
});
