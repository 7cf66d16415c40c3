import { preset } from './tsup.ts';

export default preset(['index']);
