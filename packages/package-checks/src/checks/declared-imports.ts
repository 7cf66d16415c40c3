import { builtinModules } from 'node:module';
import type { Check, Finding } from '../finding.ts';
import { type Import, importsOf, packageOf } from '../imports.ts';
import { type Manifest, runtimeDependencies } from '../manifest.ts';
import { isTestOrConfig, type Member, memberOf, type Repository, sourceFiles } from '../repository.ts';

const builtins = new Set(builtinModules);

/** What a file imports, its package declares; what only tests and tools import is a development dependency. */
export const declaredImports: Check = {
  name: 'declared-imports',
  find(repository) {
    const tools = rootTools(repository);
    return sourceFiles(repository).flatMap((file) => {
      const member = memberOf(repository, file);
      if (member === undefined) return [];
      return importsOf(file, repository.read(file)).flatMap((imported) => judge({ file, member, imported, tools }));
    });
  },
};

/** The root's development dependencies: the tools that every member's tests and configuration share. */
function rootTools(repository: Repository): ReadonlySet<string> {
  const manifest = JSON.parse(repository.read('package.json')) as Manifest;
  return new Set(Object.keys(manifest.devDependencies ?? {}));
}

interface Use {
  readonly file: string;
  readonly member: Member;
  readonly imported: Import;
  readonly tools: ReadonlySet<string>;
}

function judge({ file, member, imported, tools }: Use): readonly Finding[] {
  const name = packageOf(imported.specifier);
  if (name === undefined || name === member.name) return [];
  const where = `${file}:${imported.line}`;
  if (builtins.has(imported.specifier)) {
    return [
      {
        where,
        what: `"${imported.specifier}" is one of Node's own modules, imported without its prefix.`,
        why: 'Without the prefix a package of the same name could take its place.',
        fix: `Write "node:${imported.specifier}".`,
      },
    ];
  }
  if (runtimeDependencies(member.manifest).has(name)) return [];
  const isInternal = member.manifest.private === true || isTestOrConfig(member, file);
  if (isInternal && tools.has(name)) return [];
  const isDevelopment = member.manifest.devDependencies?.[name] !== undefined;
  if (!isDevelopment) {
    return [
      {
        where,
        what: `${member.name} imports ${name}, which its package.json does not declare.`,
        why: 'It resolves here by accident at best; for whoever installs the package alone it does not.',
        fix: `Add ${name} to ${member.folder}/package.json (dependencies for src, devDependencies for tests), version "${name.startsWith('@eventstream') ? 'workspace:*' : 'catalog:'}".`,
      },
    ];
  }
  // A type that reaches the published declarations is caught on the packed tarball; one that does not needs nothing at run time.
  if (isInternal || imported.typeOnly) return [];
  return [
    {
      where,
      what: `${member.name} imports ${name} at run time, but declares it as a development dependency.`,
      why: 'Development dependencies are not installed with the package, so this import fails for its users.',
      fix: `Move ${name} to dependencies (or peerDependencies), or use "import type" if only its types are needed.`,
    },
  ];
}
