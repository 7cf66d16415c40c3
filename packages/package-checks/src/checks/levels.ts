import path from 'node:path';
import type { Check, Finding } from '../finding.ts';
import { type Import, importsOf, packageOf } from '../imports.ts';
import { isTestOrConfig, type Member, memberOf, type Repository, sourceFiles } from '../repository.ts';
import { composingApps, packageLevels, sharedApps, sharedPresets, testDoubles, vendorHomes } from '../rules/levels.ts';

/** Imports go down only, by public doors only. */
export const levels: Check = {
  name: 'levels',
  find(repository) {
    return sourceFiles(repository).flatMap((file) => {
      const member = memberOf(repository, file);
      if (member === undefined) return [];
      return importsOf(file, repository.read(file)).flatMap((imported) =>
        judge(repository, { file, member, imported }),
      );
    });
  },
};

interface Arrow {
  readonly file: string;
  readonly member: Member;
  readonly imported: Import;
}

function judge(repository: Repository, arrow: Arrow): readonly Finding[] {
  const { specifier } = arrow.imported;
  if (specifier.startsWith('.')) return leavesFolder(arrow);
  const name = packageOf(specifier);
  if (name === undefined || name === arrow.member.name) return [];
  const target = repository.members.find((member) => member.name === name);
  if (target === undefined) return name.startsWith('@eventstream') ? unknownMember(arrow) : foreignVendor(arrow, name);
  return [...closedDoor(arrow, target), ...wrongDirection(arrow, target)];
}

function leavesFolder(arrow: Arrow): readonly Finding[] {
  const { file, member, imported } = arrow;
  const target = path.posix.join(path.posix.dirname(file), imported.specifier);
  if (target.startsWith(`${member.folder}/`) || sharedPresets.includes(target)) return [];
  return finding(arrow, 'is a path out of the package', {
    because:
      'a path into another package is no public door: it breaks as soon as that package is published or rearranged',
    fix: 'import the package by its name, and export from its index what is needed',
  });
}

function closedDoor(arrow: Arrow, target: Member): readonly Finding[] {
  const { specifier } = arrow.imported;
  const door = `.${specifier.slice(target.name.length)}`;
  if (door === './internal' && arrow.member.isApp) {
    return finding(arrow, 'is a door for sibling packages', {
      because: 'apps show what users can do, and users have only the public doors',
      fix: `use what ${target.name} exports, or make the missing thing public with a docstring`,
    });
  }
  if (target.manifest.exports?.[door] !== undefined) return [];
  return finding(arrow, `is no door of ${target.name}`, {
    because: `its package.json exports only ${Object.keys(target.manifest.exports ?? {}).join(', ') || 'nothing'}`,
    fix: 'import one of those doors, and export there what is needed',
  });
}

function wrongDirection(arrow: Arrow, target: Member): readonly Finding[] {
  const { member } = arrow;
  if (member.isApp) return appDirection(arrow, target);
  if (member.manifest.private === true) return [];
  if (target.isApp) {
    return finding(arrow, 'is an app', {
      because: 'apps use packages, never the other way round',
      fix: 'move what both need into a package',
    });
  }
  if (target.manifest.private === true) {
    if (isTestOrConfig(arrow.member, arrow.file)) return [];
    return finding(arrow, 'is private', {
      because: 'users cannot install a private package',
      fix: 'move what is needed into a published package on a lower level',
    });
  }
  if (testDoubles.includes(target.name) && isTestOrConfig(member, arrow.file)) return [];
  return levelDirection(arrow, target);
}

function levelDirection(arrow: Arrow, target: Member): readonly Finding[] {
  const from = packageLevels[arrow.member.name];
  const to = packageLevels[target.name];
  if (from === undefined || to === undefined) {
    const missing = from === undefined ? arrow.member.name : target.name;
    return finding(arrow, `cannot be judged: ${missing} has no level`, {
      because: 'the direction of an import is only defined between packages with a level',
      fix: 'give it one in packages/package-checks/src/rules/levels.ts',
    });
  }
  if (to < from) return [];
  const relation = to === from ? `both stand on level ${from}` : `it stands on level ${to}, above level ${from}`;
  return finding(arrow, to === from ? 'lies sideways' : 'lies above', {
    because: `${relation}, and imports go down only: that keeps each package usable alone and the graph free of cycles`,
    fix: 'take what is needed as an argument, move it to a lower level, or compose the two one level up',
  });
}

function appDirection(arrow: Arrow, target: Member): readonly Finding[] {
  if (target.isApp && !sharedApps.includes(target.name) && !composingApps.includes(arrow.member.name)) {
    return finding(arrow, 'is another app', {
      because: 'apps stand for services of different teams and share only contracts',
      fix: `talk through events, or move the shared part into ${sharedApps.join(' or ')}`,
    });
  }
  if (target.isApp || target.manifest.private !== true || isTestOrConfig(arrow.member, arrow.file)) return [];
  return finding(arrow, 'is private', {
    because: 'apps show what users can do, and users cannot install a private package',
    fix: 'use a published package',
  });
}

function foreignVendor(arrow: Arrow, name: string): readonly Finding[] {
  const home = vendorHomes[name];
  const { member, file } = arrow;
  if (home === undefined || home === member.name || member.manifest.private === true || isTestOrConfig(member, file))
    return [];
  return finding(arrow, 'is a vendor', {
    because: `only ${home} names ${name}, so that changing the driver touches one package`,
    fix: `go through the transport port and let the composition root choose ${home}`,
  });
}

function unknownMember(arrow: Arrow): readonly Finding[] {
  return finding(arrow, 'does not exist in this workspace', {
    because: 'no package.json under packages or apps has that name',
    fix: 'correct the name, or add the package',
  });
}

function finding(arrow: Arrow, what: string, text: { because: string; fix: string }): readonly Finding[] {
  const { file, member, imported } = arrow;
  return [
    {
      where: `${file}:${imported.line}`,
      what: `${member.name} may not import ${imported.specifier}, because it ${what}.`,
      why: `${text.because}.`,
      fix: `${text.fix}.`,
    },
  ];
}
