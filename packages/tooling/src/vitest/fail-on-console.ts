import { format } from 'node:util';
import { afterEach, beforeEach } from 'vitest';

const methods = ['log', 'info', 'debug', 'warn', 'error'] as const;

/**
 * What a library prints, its user cannot switch off, so a test that makes one print fails, naming the text. A test
 * about printing replaces the console (`vi.spyOn(console, 'warn').mockImplementation(…)`) and asserts on that.
 */
let printed: string[] = [];
const originals = methods.map((method) => [method, console[method]] as const);

beforeEach(() => {
  printed = [];
  for (const [method] of originals) {
    console[method] = (...values: unknown[]) => {
      printed.push(`console.${method}: ${format(...values)}`);
    };
  }
});

afterEach(() => {
  for (const [method, original] of originals) console[method] = original;
  if (printed.length === 0) return;
  throw new Error(`The test printed to the console, which fails it:\n${printed.join('\n')}`);
});
