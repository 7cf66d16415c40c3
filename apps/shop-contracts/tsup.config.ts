import { preset } from '../../packages/tooling/tsup.ts';

export default preset(['index', 'provision']);
