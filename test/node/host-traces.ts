import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { newDataDir } from './data-dir.ts';
import type { ServerOptions } from './server-process.ts';

const run = promisify(execFile);

export type HostTraces = () => Promise<readonly string[]>;

/** Tells the traces of servers with different data directories apart, as the server itself does. */
const idOf = (dataDir: string): string => createHash('sha256').update(dataDir).digest('hex').slice(0, 12);

export const runDirectoryOf = (dataDir: string): string => `/run/tiphys/${idOf(dataDir)}`;

/** A data directory for a server of `options`, and how to ask what that server leaves on this machine. */
export async function traceable(options: ServerOptions): Promise<{ options: ServerOptions; traces: HostTraces }> {
  const dataDir = await newDataDir();
  const networks = [options.clusterCidr, options.serviceCidr].map(cidr => cidr.replace(/0\.0\/16$/, ''));
  return { options: { ...options, dataDir }, traces: () => hostTraces(dataDir, networks) };
}

/**
 * What is on this machine that a node could leave behind, by name: processes, mounts, cgroups, links, routes,
 * network namespaces, packet filter rules, kernel parameters. What is named after another node's data directory or
 * networks is left out.
 */
async function hostTraces(dataDir: string, networks: readonly string[]): Promise<readonly string[]> {
  const id = idOf(dataDir);
  const link = `tp${id.slice(0, 6)}`;
  const isOthers = (name: string): boolean =>
    /\btp[0-9a-f]{6}|\btiphys-[0-9a-f]{6}| proto 84 /.test(name) &&
    ![link, `tiphys-${id.slice(0, 6)}`, ...networks].some(ours => name.includes(ours));
  const [mounts, links, routes, netns, cgroups, processes, rules, parameters] = await Promise.all([
    readFile('/proc/self/mountinfo', 'utf8').then(text => text.split('\n').map(line => line.split(' ')[4] ?? '')),
    run('ip', ['-o', 'link']).then(({ stdout }) => stdout.split('\n').map(line => line.split(': ')[1] ?? '')),
    run('ip', ['route', 'show', 'table', 'all']).then(({ stdout }) => stdout.split('\n')),
    run('ip', ['netns', 'list']).then(({ stdout }) => stdout.split('\n')),
    run('find', ['/sys/fs/cgroup', '-type', 'd', '-path', `*kubepods-${id}*`]).then(({ stdout }) => stdout.split('\n')),
    processesIn(`kubepods-${id}`),
    filterRules(),
    networkParameters(),
  ]);
  return [
    ...named('mount', mounts).filter(name => !/^mount \/(tmp|run|var|work)\//.test(name) || name.includes(dataDir)),
    ...named('link', links),
    ...named('route', routes),
    ...named('netns', netns),
    ...named('cgroup', cgroups),
    ...named('process', processes),
    ...named('rule', rules),
    ...named('parameter', parameters),
  ]
    .filter(name => !isOthers(name))
    .sort();
}

const named = (what: string, names: readonly string[]): readonly string[] =>
  names.filter(name => name.trim() !== '').map(name => `${what} ${name.trim()}`);

/** Shims and containers alike: all of a node's processes are in its cgroups. A process may end while it is looked at. */
async function processesIn(cgroup: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const read = (pid: string, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return Promise.all(
    pids.map(async pid => ((await read(pid, 'cgroup')).includes(cgroup) ? `${pid} ${await read(pid, 'comm')}` : '')),
  );
}

/** What rules have counted, which the traffic of others changes. */
const COUNTED = / packets \d+ bytes \d+/;

/** Every line of the packet filter with the table it is in; iptables' own tables are among them. */
async function filterRules(): Promise<readonly string[]> {
  const { stdout } = await run('nft', ['list', 'ruleset']).catch((error: unknown) => {
    console.warn(`! nft does not run: rules of the packet filter are NOT compared (${String(error)})`);
    return { stdout: '' };
  });
  let table = '';
  return stdout.split('\n').map(line => {
    if (line.startsWith('table ')) table = line.replace(' {', '');
    return /\w/.test(line) ? `${table}: ${line.trim().replace(COUNTED, '')}` : '';
  });
}

/** Forwarding stays on: others on this machine may have come to rely on it. Its switch sets some others as well. */
const STAYS = /forwarding|ip_forward|accept_redirects|send_redirects/;

async function networkParameters(): Promise<readonly string[]> {
  const folders = ['net/ipv4', 'net/ipv4/conf/all', 'net/ipv4/conf/default', 'net/ipv6/conf/all', 'net/core'];
  const read = async (name: string): Promise<string> =>
    `${name} = ${(await readFile(`/proc/sys/${name}`, 'utf8').catch(() => '')).trim()}`;
  const listed = await Promise.all(
    folders.map(async folder => {
      const entries = await readdir(`/proc/sys/${folder}`, { withFileTypes: true }).catch(() => []);
      return entries.filter(entry => entry.isFile()).map(({ name }) => `${folder}/${name}`);
    }),
  );
  return Promise.all(
    listed
      .flat()
      .filter(name => !STAYS.test(name))
      .map(read),
  );
}
