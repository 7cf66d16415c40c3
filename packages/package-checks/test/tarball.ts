import { gzipSync } from 'node:zlib';

/** An npm tarball of these files, as small as the format allows: what `pnpm pack` would write of a planted package. */
export function tarballOf(files: Readonly<Record<string, unknown>>): Buffer {
  const entries = Object.entries(files).map(([name, content]) => {
    const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
    return Buffer.concat([headerOf(`package/${name}`, body.length), body, padding]);
  });
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148); // the checksum is summed with its own field blank
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
