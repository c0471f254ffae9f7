import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ImageRecipe, RecipeFile } from './oci-archive.ts';

/** Debian's busybox-static, every applet a hard link in /bin as in the image of Docker's library. */
export async function busyboxRecipe(program: Buffer): Promise<ImageRecipe> {
  const { stdout } = await promisify(execFile)(BUSYBOX, ['--list'], { timeout: 5_000 });
  const applets = stdout.split('\n').filter(name => name !== '' && name !== 'busybox');
  const directory = (path: string, mode = 0o755): RecipeFile => ({ kind: 'directory', path, mode });
  const text = (path: string, content: string): RecipeFile => ({
    kind: 'file',
    path,
    mode: 0o644,
    content: Buffer.from(content),
  });
  return {
    reference: 'docker.io/library/busybox:1.35',
    files: [
      directory('bin'),
      { kind: 'file', path: 'bin/busybox', mode: 0o755, content: program },
      ...applets.map(name => ({ kind: 'hardlink', path: `bin/${name}`, target: 'bin/busybox' }) as const),
      directory('dev'),
      directory('etc'),
      text('etc/passwd', PASSWD),
      text('etc/group', GROUP),
      directory('home'),
      directory('root', 0o700),
      directory('tmp', 0o1777),
      directory('usr'),
      directory('usr/bin'),
      { kind: 'symlink', path: 'usr/bin/env', target: '../../bin/env' },
      directory('var'),
      directory('var/www'),
    ],
    config: { Cmd: ['sh'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
  };
}

/** The bytes of the static busybox of this machine; throws with the remedy where there is none. */
export async function readBusybox(): Promise<Buffer> {
  const program = await readFile(BUSYBOX).catch((error: unknown) => {
    throw new Error(`${BUSYBOX} is not readable. ${REMEDY}`, { cause: error });
  });
  if (program.includes('/ld-linux')) throw new Error(`${BUSYBOX} is linked dynamically. ${REMEDY}`);
  return program;
}

const BUSYBOX = '/bin/busybox';
const REMEDY = 'Install the static one: apt-get install -y busybox-static';
const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const GROUP = `root:x:0:
daemon:x:1:
www-data:x:33:
users:x:100:
nobody:x:65534:
`;
