// Every entry imports this first. Its syntax, and the entries', is what Node 14 can parse, so that a newcomer with an
// old Node reads a sentence and not a SyntaxError. Everything newer is imported dynamically behind it.

/** The lowest Node the workspace runs on; package.json's `engines` says the same, and a test keeps the two equal. */
export const neededNode = [20, 19];

/**
 * True where `version` ("20.19.1") is new enough.
 * @param {string} version
 */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = neededNode;
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/**
 * Runs `load` where this Node is new enough; else says what to do and ends with exit code 1.
 * @param {() => Promise<number>} load resolves to the exit code
 */
export function onRightNode(load) {
  if (!isNewEnough(process.versions.node)) {
    console.error(
      'Eventstream needs Node.js ' +
        neededNode.join('.') +
        ' or newer; this is ' +
        process.versions.node +
        '.\n' +
        'Install a current one from https://nodejs.org (or run `nvm install 24`), open a new terminal, and repeat the command.',
    );
    process.exit(1);
  }
  load().then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      // A message written for the user stands alone; anything else is our bug and needs its stack.
      console.error(error?.forUser ? error.message : error);
      process.exitCode = 1;
    },
  );
}
