import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a node leaves on its host: shims, mounts, cgroups, links, routes, network namespaces, listed by name. */
export async function hostTraces(): Promise<readonly string[]> {
  const [mounts, links, routes, netns, cgroups, processes] = await Promise.all([
    readFile('/proc/self/mountinfo', 'utf8').then(text => text.split('\n').map(line => line.split(' ')[4] ?? '')),
    run('ip', ['-o', 'link']).then(({ stdout }) => stdout.split('\n').map(line => line.split(': ')[1] ?? '')),
    run('ip', ['route', 'show', 'table', 'all']).then(({ stdout }) => stdout.split('\n')),
    run('ip', ['netns', 'list']).then(({ stdout }) => stdout.split('\n')),
    cgroupNames(),
    shimNames(),
  ]);
  return [
    ...named('mount', mounts),
    ...named('link', links),
    ...named('route', routes),
    ...named('netns', netns),
    ...named('cgroup', cgroups),
    ...named('process', processes),
  ].sort();
}

const named = (what: string, names: readonly string[]): readonly string[] =>
  names.filter(name => name.trim() !== '').map(name => `${what} ${name.trim()}`);

async function cgroupNames(): Promise<readonly string[]> {
  const { stdout } = await run('find', ['/sys/fs/cgroup', '-type', 'd', '-path', '*tiphys*']);
  return stdout.split('\n');
}

async function shimNames(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const names = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return names.filter(name => name.includes('tiphys') || name.includes('shim'));
}
