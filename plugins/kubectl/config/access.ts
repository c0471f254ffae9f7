import { presentOr } from '../../../src/base/failed-with.ts';
import type { World } from '../../../src/base/world.ts';
import type { Flags } from '../command/flags.ts';
import { dig, listAt, textAt, type Fields } from '../dig.ts';
import { BareFailure, Failure } from '../failures.ts';
import { ExecCredentials } from './exec-credentials.ts';
import { fileOf, type Entry, type Kubeconfig } from './kubeconfig.ts';

/** How a cluster is reached, and as whom. */
export interface Access {
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure: boolean;
  readonly serverName?: string;
  readonly authorization?: string;
  /** Who says who the user is, where nothing above does. */
  readonly credentials?: ExecCredentials;
  /** Who is to be acted as. */
  readonly impersonation: Readonly<Record<string, string | readonly string[]>>;
  readonly namespace: string;
  /** Whether a flag or the context says it. */
  readonly isNamespaceGiven: boolean;
}

const NOWHERE: Entry = { value: {}, file: '' };
const POD_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What flags and kubeconfig come to; within a pod without either, the pod's own account. */
export async function accessOf(config: Kubeconfig, flags: Flags, world: World, isTerminal: boolean): Promise<Access> {
  const given = (flag: string, entry: Entry, field: string): string =>
    flags.isGiven(flag) ? flags.text(flag) : textAt(entry.value, field);
  const contextName = flags.text('context') || config.currentContext;
  if (flags.text('context') !== '' && !config.contexts.has(contextName)) {
    throw new BareFailure(`Error in configuration: context was not found for specified context: ${contextName}`);
  }
  const context = config.contexts.get(contextName) ?? NOWHERE;
  const cluster = named(config.clusters, flags, 'cluster', context);
  const user = named(config.users, flags, 'user', context);
  const pod = config.contexts.size === 0 && !flags.isGiven('server') ? await ownPod(world) : undefined;
  const read = (path: string): Promise<string> => world.files.readFile(path, 'utf8');
  const material = async (entry: Entry, flag: string): Promise<string | undefined> => {
    if (flags.text(flag) !== '') return read(flags.text(flag));
    const data = textAt(entry.value, `${flag}-data`);
    if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
    const path = fileOf(entry, flag);
    return path === '' ? undefined : read(path);
  };
  const [ca, cert, key] = await Promise.all([
    material(cluster, 'certificate-authority'),
    material(user, 'client-certificate'),
    material(user, 'client-key'),
  ]);
  const authorization = (await authorizationOf(flags, user, read)) ?? pod?.authorization;
  const serverName = given('tls-server-name', cluster, 'tls-server-name');
  const authority = ca ?? pod?.ca;
  const server = serverUrl(given('server', cluster, 'server') || (pod?.server ?? 'http://localhost:8080'));
  const isKnown = authorization !== undefined || cert !== undefined;
  const credentials = isKnown
    ? undefined
    : execCredentials(user, flags.text('user') || textAt(context.value, 'user'), world, isTerminal, {
        server,
        ...(serverName === '' ? {} : { 'tls-server-name': serverName }),
        ...(dig(cluster.value, 'insecure-skip-tls-verify') === true ? { 'insecure-skip-tls-verify': true } : {}),
        ...(authority === undefined ? {} : { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
        config: execConfig(cluster),
      });
  return {
    server,
    ...(credentials === undefined ? {} : { credentials }),
    ...(authority === undefined ? {} : { ca: authority }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    insecure: flags.bool('insecure-skip-tls-verify') || dig(cluster.value, 'insecure-skip-tls-verify') === true,
    ...(serverName === '' ? {} : { serverName }),
    ...(authorization === undefined ? {} : { authorization }),
    impersonation: impersonationOf(flags, user),
    namespace: given('namespace', context, 'namespace') || (pod?.namespace ?? 'default'),
    isNamespaceGiven: flags.text('namespace') !== '',
  };
}

function named(entries: ReadonlyMap<string, Entry>, flags: Flags, kind: 'cluster' | 'user', context: Entry): Entry {
  const flag = flags.text(kind);
  const name = flag || textAt(context.value, kind);
  const found = entries.get(name);
  if (found !== undefined || name === '') return found ?? NOWHERE;
  if (flag !== '')
    throw new Failure(
      kind === 'cluster' ? `no server found for cluster "${name}"` : `auth info "${name}" does not exist`,
    );
  return NOWHERE;
}

async function authorizationOf(
  flags: Flags,
  user: Entry,
  read: (path: string) => Promise<string>,
): Promise<string | undefined> {
  if (flags.text('token') !== '') return `Bearer ${flags.text('token')}`;
  const basic = flags.text('username') || textAt(user.value, 'username');
  const token = textAt(user.value, 'token');
  const tokenFile = fileOf(user, 'tokenFile');
  if (flags.text('username') === '' && tokenFile !== '') return `Bearer ${(await read(tokenFile)).trim()}`;
  if (flags.text('username') === '' && token !== '') return `Bearer ${token}`;
  if (basic === '') return undefined;
  const password = flags.text('password') || textAt(user.value, 'password');
  return `Basic ${Buffer.from(`${basic}:${password}`).toString('base64')}`;
}

function impersonationOf(flags: Flags, user: Entry): Access['impersonation'] {
  const name = flags.text('as') || textAt(user.value, 'as');
  if (name === '') {
    if (flags.isGiven('as-group') || flags.isGiven('as-uid')) {
      throw new Failure(
        'requesting uid, groups or user-extra for a user without impersonating the user is not allowed',
      );
    }
    return {};
  }
  const groups = flags.isGiven('as-group') ? flags.list('as-group') : listAt(user.value, 'as-groups').map(String);
  const uid = flags.text('as-uid') || textAt(user.value, 'as-uid');
  return {
    'impersonate-user': name,
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
    ...(uid === '' ? {} : { 'impersonate-uid': uid }),
  };
}

const execCredentials = (
  user: Entry,
  name: string,
  world: World,
  isTerminal: boolean,
  cluster: Fields,
): ExecCredentials | undefined =>
  dig(user.value, 'exec') === undefined ? undefined : new ExecCredentials(user, name, cluster, world, isTerminal);

/** What the kubeconfig keeps for such programs with a cluster. */
const execConfig = (cluster: Entry): unknown =>
  dig(
    listAt(cluster.value, 'extensions').find(each => textAt(each, 'name') === 'client.authentication.k8s.io/exec'),
    'extension',
  ) ?? null;

const serverUrl = (server: string): string =>
  (/^https?:\/\//.test(server) ? server : `http://${server}`).replace(/\/+$/, '');

async function ownPod(
  world: World,
): Promise<Pick<Access, 'server' | 'ca' | 'authorization' | 'namespace'> | undefined> {
  const { env } = world.processes;
  const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT']];
  if (host === undefined || port === undefined) return undefined;
  const read = (name: string): Promise<string> =>
    presentOr('', () => world.files.readFile(`${POD_FOLDER}/${name}`, 'utf8'));
  const token = (await read('token')).trim();
  if (token === '') return undefined;
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    server: `https://${bracketed}:${port}`,
    ca: await read('ca.crt'),
    authorization: `Bearer ${token}`,
    namespace: (await read('namespace')).trim() || 'default',
  };
}
