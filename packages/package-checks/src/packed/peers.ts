import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Finding } from '../finding.ts';
import { untypedDoors } from '../rules/untyped-doors.ts';

/** What publint says of the tarball: entries that do not exist, wrong order of conditions, wrong module kind. */
export async function judgeWithPublint(where: string, tarball: Buffer): Promise<readonly Finding[]> {
  const bytes = Uint8Array.from(tarball).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, level: 'warning' });
  return messages.map((message) => ({
    where: `${where}/package.json`,
    what: formatMessage(message, pkg, { color: false }) ?? message.code,
    why: `publint ${message.code}: some tool that reads package.json will not find or will misread a file.`,
    fix: 'Correct exports, publishConfig.exports or files so that they name what the build makes.',
  }));
}

/** What "are the types wrong" says, save what only concerns CommonJS: these packages are ESM only. */
export async function judgeWithAttw(where: string, tarball: Buffer): Promise<readonly Finding[]> {
  const packed = createPackageFromTarballData(Uint8Array.from(tarball));
  const excludeEntrypoints = Object.keys(untypedDoors[packed.packageName] ?? {});
  const result = await checkPackage(packed, { excludeEntrypoints });
  if (!result.types) {
    return [
      {
        where,
        what: 'The package ships no types.',
        why: 'Types are half of what these packages give.',
        fix: 'Build the declarations (turbo run types) and name them under "types" in publishConfig.exports.',
      },
    ];
  }
  const esmOnly = result.problems.filter(
    (problem) => !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind),
  );
  return esmOnly
    .filter(({ kind }) => kind !== 'CJSResolvesToESM')
    .map((problem) => ({
      where: `${where}/package.json`,
      what: `Types and code disagree: ${problem.kind} ${'entrypoint' in problem ? problem.entrypoint : ''}`.trimEnd(),
      why: 'The compiler then believes something of the package that is not so at run time, or finds no types at all.',
      fix: `Look "${problem.kind}" up in the documentation of arethetypeswrong, and correct exports or the declarations.`,
    }));
}
