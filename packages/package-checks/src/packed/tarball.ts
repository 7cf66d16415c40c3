import { gunzipSync } from 'node:zlib';

/** The texts of an npm tarball, by path inside the package. Reads plain ustar entries, which is all that pnpm writes. */
export function readTarball(tarball: Buffer): ReadonlyMap<string, string> {
  const tar = gunzipSync(tarball);
  const files = new Map<string, string>();
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = text(tar, at, 100);
    if (name === '') break;
    const size = Number.parseInt(text(tar, at + 124, 12), 8);
    const type = String.fromCharCode(tar[at + 156] ?? 0);
    const prefix = text(tar, at + 345, 155);
    const full = prefix === '' ? name : `${prefix}/${name}`;
    if (type === '0' || type === '\0')
      files.set(full.replace(/^package\//, ''), tar.toString('utf8', at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function text(tar: Buffer, at: number, length: number): string {
  const field = tar.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end).trim();
}
