/**
 * Hands over to the local stack, the composition root of the sample apps.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(args) {
  // Only a build makes this file, so no static path for the type checker.
  const entry = new URL('../../../../apps/local-stack/dist/index.js', import.meta.url).href;
  const { run: runStack } = await import(entry);
  return runStack(args);
}
