// Type-checks the whole workspace in as few programs as there are different compiler options (two or three), not one
// per package: packages see each other's sources, so a program per package would parse the lowest ones twenty times.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './lib/workspace.mjs';

const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report };
/** @type {Map<string, { options: ts.CompilerOptions, files: string[] }>} */
const groups = new Map();
let errors = 0;

for (const level of ['packages', 'apps']) {
  for (const name of readdirSync(path.join(root, level))) {
    const config = path.join(root, level, name, 'tsconfig.json');
    if (existsSync(config)) add(config);
  }
}
for (const { options, files } of groups.values()) {
  const program = ts.createProgram({ rootNames: files, options: { ...options, noEmit: true } });
  ts.getPreEmitDiagnostics(program).forEach(report);
}
console.log(
  `${errors} type errors in ${[...groups.values()].flatMap(({ files }) => files).length} files, ${groups.size} programs`,
);
process.exitCode = errors === 0 ? 0 : 1;

/** @param {string} config */
function add(config) {
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host);
  if (parsed === undefined) return;
  // A package whose src is still empty has no inputs (18003): nothing to check is not an error.
  parsed.errors.filter(({ code }) => code !== 18003).forEach(report);
  const { configFilePath: _, ...options } = parsed.options;
  const key = JSON.stringify(options);
  const group = groups.get(key) ?? { options, files: [] };
  group.files.push(...parsed.fileNames);
  groups.set(key, group);
}

/** @param {ts.Diagnostic} diagnostic */
function report(diagnostic) {
  errors += 1;
  const format = {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (/** @type {string} */ f) => f,
    getNewLine: () => '\n',
  };
  console.error(
    process.stderr.isTTY
      ? ts.formatDiagnosticsWithColorAndContext([diagnostic], format)
      : ts.formatDiagnostic(diagnostic, format).trimEnd(),
  );
}
