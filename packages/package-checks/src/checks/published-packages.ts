import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Check, Finding } from '../finding.ts';
import { packAll } from '../packed/pack.ts';
import { judgePackedText } from '../packed/packed-text.ts';
import { judgeWithAttw, judgeWithPublint } from '../packed/peers.ts';
import { readTarball } from '../packed/tarball.ts';
import type { Member, Repository } from '../repository.ts';

/** What users would install is right: checked on the tarballs themselves, since packing rewrites manifests. */
export const publishedPackages: Check = {
  name: 'published-packages',
  async find(repository) {
    const published = repository.members.filter(({ manifest, isApp }) => !isApp && manifest.private !== true);
    const unordered = notBuiltFirst(repository, published);
    if (unordered.length > 0) return unordered;
    const folder = await mkdtemp(path.join(tmpdir(), 'eventstream-pack-'));
    try {
      await packAll(repository.root, published, folder);
      const tarballs = await readdir(folder);
      const findings = [];
      for (const member of published) findings.push(...(await judge(member, folder, tarballs)));
      return findings;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function judge(member: Member, folder: string, tarballs: readonly string[]): Promise<readonly Finding[]> {
  const prefix = `${member.name.replace('@', '').replace('/', '-')}-${member.manifest.version}.tgz`;
  const name = tarballs.find((tarball) => tarball === prefix);
  if (name === undefined) throw new Error(`pnpm packed no ${prefix}; it packed ${tarballs.join(', ')}.`);
  const tarball = await readFile(path.join(folder, name));
  return judgeTarball(member.folder, tarball);
}

/** Every judgement on one packed package; `where` is what findings name. */
export async function judgeTarball(where: string, tarball: Buffer): Promise<readonly Finding[]> {
  return [
    ...judgePackedText(where, readTarball(tarball)),
    ...(await judgeWithPublint(where, tarball)),
    ...(await judgeWithAttw(where, tarball)),
  ];
}

/** The build order comes from the dependencies of package-checks: a package missing there would be packed unbuilt. */
function notBuiltFirst(repository: Repository, published: readonly Member[]): readonly Finding[] {
  const own = repository.members.find(({ name }) => name === '@eventstream/package-checks');
  return published
    .filter(({ name }) => own?.manifest.devDependencies?.[name] === undefined)
    .map(({ name }) => ({
      where: 'packages/package-checks/package.json',
      what: `${name} is published, but package-checks does not depend on it.`,
      why: 'The task runner builds what package-checks depends on before it runs; this package would be checked unbuilt.',
      fix: `Add "${name}": "workspace:*" to its devDependencies and install.`,
    }));
}
