import { memory } from './backends/memory.ts';
import { conformance } from './suite.ts';

conformance(memory);
