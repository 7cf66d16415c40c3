import { preset } from '../tooling/tsup.ts';

export default preset(['index', 'vitest/index', 'bin']);
