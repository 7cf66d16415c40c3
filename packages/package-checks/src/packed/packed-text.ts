import type { Finding } from '../finding.ts';
import { importsOf, packageOf } from '../imports.ts';
import { type Manifest, runtimeDependencies } from '../manifest.ts';

/** What the packed files say: no trace of the workspace, and no import that its users do not have. */
export function judgePackedText(where: string, files: ReadonlyMap<string, string>): readonly Finding[] {
  const text = files.get('package.json');
  if (text === undefined) throw new Error(`The tarball of ${where} holds no package.json.`);
  const manifest = JSON.parse(text) as Manifest;
  return [...leftovers(where, text), ...missingFiles(where, files), ...undeclared(where, files, manifest)];
}

function leftovers(where: string, manifest: string): readonly Finding[] {
  return ['@eventstream/source', 'workspace:', 'catalog:']
    .filter((word) => manifest.includes(`"${word}`))
    .map((word) => ({
      where: `${where}/package.json`,
      what: `The packed package.json still says "${word}".`,
      why: 'It means something only inside this workspace; for users it names files that are not in the package.',
      fix: 'Repeat the exports without the source condition under publishConfig.exports, and let pnpm pack.',
    }));
}

function missingFiles(where: string, files: ReadonlyMap<string, string>): readonly Finding[] {
  const wanted = { LICENSE: 'the license must travel with the code', 'README.md': 'it is the page the registry shows' };
  return Object.entries(wanted)
    .filter(([name]) => !files.has(name))
    .map(([name, why]) => ({
      where,
      what: `The tarball holds no ${name}.`,
      why: `For users the tarball is all there is: ${why}.`,
      fix: `Add it (the LICENSE comes from the root when pnpm packs).`,
    }));
}

function undeclared(where: string, files: ReadonlyMap<string, string>, manifest: Manifest): readonly Finding[] {
  const declared = runtimeDependencies(manifest);
  const found = new Map<string, Finding>();
  for (const [file, text] of files) {
    if (!/\.(js|d\.ts)$/.test(file)) continue;
    for (const { specifier } of importsOf(file, text)) {
      const name = packageOf(specifier);
      if (name === undefined || name === manifest.name || declared.has(name) || found.has(name)) continue;
      found.set(name, {
        where: `${where} (packed ${file})`,
        what: `The built file imports ${name}, which the package does not declare.`,
        why: file.endsWith('.d.ts')
          ? 'Whoever installs the package alone gets types full of "any" there, without a word from the compiler.'
          : 'Whoever installs the package alone gets ERR_MODULE_NOT_FOUND.',
        fix: `Declare ${name} under dependencies or peerDependencies, or keep it out of what is built.`,
      });
    }
  }
  return [...found.values()];
}
