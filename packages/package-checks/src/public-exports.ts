import path from 'node:path';
import ts from 'typescript';
import { sourceDoors } from './manifest.ts';
import type { Repository } from './repository.ts';

/** One name that a public door exports. */
export interface PublicExport {
  readonly package: string;
  readonly door: string;
  readonly name: string;
  /** Where it is declared, as `path:line` from the root. */
  readonly where: string;
  readonly documentation: string;
  /** The texts of its `@example` tags. */
  readonly examples: readonly string[];
}

/** Every export of every public door of the published packages, read by the compiler from their sources. */
export function publicExports(repository: Repository): readonly PublicExport[] {
  const doors = repository.members
    .filter(({ manifest }) => manifest.private !== true)
    .flatMap((member) =>
      [...sourceDoors(member.manifest)]
        // A door for siblings only is no page a user reads.
        .filter(([door]) => door !== './internal')
        .map(([door, source]) => ({ member, door, file: path.join(repository.root, member.folder, source) })),
    );
  const program = ts.createProgram({ rootNames: doors.map(({ file }) => file), options: compilerOptions });
  const checker = program.getTypeChecker();
  return doors.flatMap(({ member, door, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) return [];
    return checker.getExportsOfModule(module).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return {
        package: member.name,
        door,
        name: symbol.name,
        where: placeOf(target, repository.root),
        documentation: ts.displayPartsToString(target.getDocumentationComment(checker)).trim(),
        examples: target
          .getJsDocTags(checker)
          .filter((tag) => tag.name === 'example')
          .map((tag) => ts.displayPartsToString(tag.text)),
      };
    });
  });
}

/** How the checks read sources: as the packages do, with the browser's types for the tracker. */
export const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@eventstream/source'],
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  resolveJsonModule: true,
  strict: true,
  types: ['node'],
};

function placeOf(symbol: ts.Symbol, root: string): string {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return symbol.name;
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart(source));
  return `${path.relative(root, source.fileName).replaceAll('\\', '/')}:${line + 1}`;
}
