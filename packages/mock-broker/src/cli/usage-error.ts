/** What is wrong with the command line, in a sentence that names the option. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
