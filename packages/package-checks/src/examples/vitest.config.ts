import { defineConfig } from 'vitest/config';
import { conditions } from '../../../tooling/vitest.config.ts';

/** For examples that are tests themselves. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['*.test.ts'] },
});
