import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxRecipe, readBusybox } from '../../images/busybox.ts';
import type { ImageRecipe, RecipeFile } from '../../images/oci-archive.ts';
import { linkedPrograms, type Placement } from './linked-programs.ts';

/**
 * Stand-ins for the images of upstream's conformance suite, under their names: upstream's own programs built from
 * source (`built` is the folder of build.sh), what it takes from Alpine and Debian from this machine's packages.
 */
export async function conformanceImages(built: string): Promise<readonly ImageRecipe[]> {
  const fromBuilt = async (name: string, path = name, mode = 0o755): Promise<RecipeFile> => ({
    kind: 'file',
    path,
    mode,
    content: await readFile(join(built, name)),
  });
  const shell = await busyboxRecipe(await readBusybox());
  const base = [
    ...shell.files.filter(({ path }) => !REPLACED.has(path)),
    ...(await linkedPrograms({ '/usr/bin/bash': 'bin/sh' })),
    ...systemFiles(),
  ];
  const agnhost = [
    ...base,
    ...(await linkedPrograms(AGNHOST_PROGRAMS)),
    await fromBuilt('agnhost'),
    await fromBuilt('localhost.crt', 'localhost.crt', 0o644),
    await fromBuilt('localhost.key', 'localhost.key', 0o644),
    { kind: 'symlink', path: 'agnhost-2', target: 'agnhost' } as const,
    { kind: 'directory', path: 'uploads', mode: 0o755 } as const,
  ];
  const image = (
    name: string,
    files: readonly RecipeFile[],
    config: Readonly<Record<string, unknown>>,
  ): ImageRecipe => ({
    reference: `registry.k8s.io/${name}`,
    files: withFolders(files),
    config: { Env: [PATH], ...config },
  });
  const served = async (folder: string): Promise<readonly RecipeFile[]> =>
    Promise.all((await readdir(join(built, folder))).map(name => fromBuilt(join(folder, name), name)));
  const agnhostConfig = { Entrypoint: ['/agnhost'], Cmd: ['pause'] };
  return [
    image('e2e-test-images/busybox:1.37.0-1', base, { Cmd: ['sh'] }),
    ...['2.55', '2.63.0'].map(version => image(`e2e-test-images/agnhost:${version}`, agnhost, agnhostConfig)),
    ...(await Promise.all(
      ['kitten', 'nautilus'].map(async name =>
        image(`e2e-test-images/${name}:1.8`, [...agnhost, ...(await served(name))], {
          ...agnhostConfig,
          Cmd: ['test-webserver'],
        }),
      ),
    )),
    ...(await nginxImages(base, image)),
    image('e2e-test-images/glibc-dns-testing:2.0.0', [...base, ...(await linkedPrograms(DNS_PROGRAMS))], {
      Cmd: ['sh'],
    }),
    image('e2e-test-images/ipc-utils:1.4', [...base, ...(await linkedPrograms(IPC_PROGRAMS))], { Cmd: ['sh'] }),
    image('e2e-test-images/nonewprivs:1.4', [...base, await fromBuilt('nnp', 'usr/local/bin/nnp', 0o6755)], {
      Cmd: ['nnp'],
    }),
    image('e2e-test-images/nonroot:1.5', base, { User: '1234', Cmd: ['sh'] }),
    image('pause:3.10.2', [await fromBuilt('agnhost')], { Entrypoint: ['/agnhost', 'pause'], User: '65535:65535' }),
    image('pause:3.10', [await fromBuilt('agnhost')], { Entrypoint: ['/agnhost', 'pause'], User: '65535:65535' }),
    image('e2e-test-images/regression-issue-74839:1.4', [...base, await fromBuilt('regression-issue-74839')], {
      Entrypoint: ['/regression-issue-74839'],
    }),
    image(
      'e2e-test-images/resource-consumer:1.14',
      [...base, await fromBuilt('consumer'), await fromBuilt('consume-cpu')],
      {
        Entrypoint: ['/consumer'],
      },
    ),
    image('e2e-test-images/sample-apiserver:1.29.2', [await fromBuilt('sample-apiserver')], {
      Entrypoint: ['/sample-apiserver'],
    }),
    image('etcd:3.6.8-0', await linkedPrograms({ '/usr/bin/etcd': 'usr/local/bin/etcd' }), { Entrypoint: ['etcd'] }),
  ];
}

type MakeImage = (name: string, files: readonly RecipeFile[], config: Readonly<Record<string, unknown>>) => ImageRecipe;

async function nginxImages(base: readonly RecipeFile[], image: MakeImage): Promise<readonly ImageRecipe[]> {
  const files = [
    ...base,
    ...(await linkedPrograms({ '/usr/sbin/nginx': 'usr/sbin/nginx' })),
    text('etc/nginx/nginx.conf', NGINX_CONF),
    text('usr/share/nginx/html/index.html', '<!DOCTYPE html>\n<title>Welcome to nginx!</title>\n'),
    ...['var/log/nginx', 'var/lib/nginx', 'run'].map(path => ({ kind: 'directory', path, mode: 0o755 }) as const),
  ];
  const config = { Cmd: ['nginx'], StopSignal: 'SIGQUIT', ExposedPorts: { '80/tcp': {} } };
  return ['1.15-4', '1.27-0'].map(version => image(`e2e-test-images/nginx:${version}`, files, config));
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DNS_PROGRAMS: Placement = {
  '/usr/bin/dig': 'usr/local/bin/dig',
  '/usr/bin/nslookup': 'usr/local/bin/nslookup',
  '/usr/bin/getent': 'usr/local/bin/getent',
};
const AGNHOST_PROGRAMS: Placement = {
  ...DNS_PROGRAMS,
  '/usr/bin/curl': 'usr/local/bin/curl',
  '/usr/bin/nc.openbsd': 'usr/local/bin/nc',
  '/usr/sbin/ip': 'usr/local/sbin/ip',
  '/usr/bin/iperf': 'usr/local/bin/iperf',
  '/usr/bin/bash': 'usr/local/bin/bash',
};
const IPC_PROGRAMS: Placement = { '/usr/bin/ipcs': 'usr/local/bin/ipcs', '/usr/bin/ipcmk': 'usr/local/bin/ipcmk' };

const text = (path: string, content: string): RecipeFile => ({
  kind: 'file',
  path,
  mode: 0o644,
  content: Buffer.from(content),
});

/** Debian's busybox has a shell that keeps no variable called `data-1`, which the suite asks for. */
const REPLACED: ReadonlySet<string> = new Set(['bin/sh', 'etc/passwd', 'etc/group']);

function systemFiles(): readonly RecipeFile[] {
  return [
    text('etc/passwd', PASSWD),
    text('etc/group', GROUP),
    text('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    text('etc/os-release', 'PRETTY_NAME="Files of Debian in the place of Alpine Linux"\nID=debian\n'),
  ];
}

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
user-defined-in-image:x:1000:1000::/home/user-defined-in-image:/bin/sh
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const GROUP = `root:x:0:
daemon:x:1:
www-data:x:33:
users:x:100:
user-defined-in-image:x:1000:
group-defined-in-image:x:50000:user-defined-in-image
nogroup:x:65533:
nobody:x:65534:
`;
const NGINX_CONF = `daemon off;
user root;
pid /run/nginx.pid;
events { worker_connections 256; }
error_log /dev/stderr notice;
http {
  access_log /dev/stdout;
  default_type text/html;
  server {
    listen 80;
    location / { root /usr/share/nginx/html; index index.html; }
  }
}
`;

/** Each folder before what is in it, once, and the last of files that have one path. */
function withFolders(files: readonly RecipeFile[]): readonly RecipeFile[] {
  const all = new Map<string, RecipeFile>();
  for (const file of files) {
    const steps = file.path.split('/');
    for (let depth = 1; depth < steps.length; depth += 1) {
      const path = steps.slice(0, depth).join('/');
      if (!all.has(path)) all.set(path, { kind: 'directory', path, mode: 0o755 });
    }
    all.set(file.path, file);
  }
  return [...all.values()];
}
