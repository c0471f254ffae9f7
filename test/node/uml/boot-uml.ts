import { execFileSync, spawn } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const MEMORY_MIB = 2048;

/** Where Debian's package `user-mode-linux` puts the kernel; modules come with it. */
export const UML_KERNEL = '/usr/bin/linux.uml';
export const umlMissing = (): readonly string[] =>
  [UML_KERNEL, '/usr/sbin/modprobe', '/bin/busybox'].filter(path => !existsSync(path));

export type CgroupLayout = 'v1' | 'v2';

export interface UmlOptions {
  /** The only cgroups there are. */
  readonly cgroups: CgroupLayout;
  /** Whether its kernel confines programs by AppArmor. */
  readonly appArmor?: boolean;
  readonly deadlineMs: number;
}

/**
 * Boots a Linux of its own as a process, with this checkout in it, read-only, runs one shell command there and
 * answers what it wrote. Whatever still runs at the deadline is killed.
 */
export async function bootUml(command: string, options: UmlOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-uml-'));
  const kernel = [
    `mem=${MEMORY_MIB}M`,
    'root=/dev/root rootfstype=hostfs rootflags=/ ro loglevel=1',
    `con=null con0=fd:0,fd:1 umid=tiphys uml_dir=${folder}`,
    ...(options.appArmor === true ? ['security=apparmor apparmor=1'] : []),
    `init=${join(import.meta.dirname, 'init.sh')}`,
  ].flatMap(line => line.split(' '));
  const path = [join(ROOT, 'node_modules/.bin'), dirname(process.execPath)].join(delimiter);
  // Words of the form NAME=value that the kernel does not know become the environment of init.
  const environment = [
    `TIPHYS_ROOT=${ROOT}`,
    `TIPHYS_PATH=${path}`,
    `TIPHYS_CGROUPS=${options.cgroups}`,
    ...(options.appArmor === true ? ['TIPHYS_APP_ARMOR=yes'] : []),
    `TIPHYS_RUN="${command}"`,
  ];
  // Its memory is a file, which should be one in memory where that has the room.
  const { bavail, bsize } = statfsSync('/dev/shm');
  const roomy = bavail * bsize > MEMORY_MIB * 1024 * 1024;
  const child = spawn(UML_KERNEL, [...kernel, ...environment], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own: one process of the host is one of the guest
    env: { PATH: '/usr/bin:/bin', TMPDIR: roomy ? '/dev/shm' : folder, LD_PRELOAD: buildPreload(folder) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => {
    output += `\nstill running after ${options.deadlineMs} ms`;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, options.deadlineMs);
  try {
    await new Promise<void>((done, failed) => {
      child.once('error', failed);
      child.once('close', () => done());
    });
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  }
  return output;
}

function buildPreload(folder: string): string {
  const library = join(folder, 'wide-xstate.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', join(import.meta.dirname, 'wide-xstate.c'), '-o', library, '-ldl']);
  return library;
}
