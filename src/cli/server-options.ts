import { DATA_DIR } from '../base/data-dir-flag.ts';
import { presentOr } from '../base/failed-with.ts';
import { fileURLToPath } from 'node:url';
import type { OptionValues } from 'commander';
import type { World } from '../base/world.ts';
import { AUDIT_OPTIONS } from './audit-options.ts';
import { ENCRYPTION_OPTIONS } from './encryption-options.ts';
import { OPENID_OPTIONS } from './openid-options.ts';
import { kebab, option, type ServerOption } from './server-option.ts';

/** The images of tests and examples, which come with every installation. */
const OWN_IMAGES = fileURLToPath(new URL('../../images/out', import.meta.url));

export const SERVER_OPTIONS: readonly ServerOption[] = [
  option('dataDir', 'text', DATA_DIR, 'where everything that must survive is kept'),
  option('writeKubeconfig', 'text', '/etc/tiphys/kubeconfig.yaml', 'where the administrator’s kubeconfig is written'),
  option('bindAddress', 'text', '0.0.0.0', 'address that the APIs of this machine listen on, server and kubelet'),
  option('httpsPort', 'number', 6443, 'port of the API server'),
  option('advertiseAddress', 'text', '', 'address others reach this server at; found out when empty'),
  option(
    'tlsSan',
    'list',
    [],
    'further name or address that the API server’s certificate is for; may be given more than once',
  ),
  option('clusterCidr', 'text', '10.42.0.0/16', 'addresses of pods: IPv4, and IPv6 after a comma'),
  option('serviceCidr', 'text', '10.43.0.0/16', 'addresses of services, of the same families'),
  option('clusterDns', 'text', '10.43.0.10', 'addresses of the cluster’s DNS service, one a family'),
  option('clusterDomain', 'text', 'cluster.local', 'DNS domain of the cluster'),
  option('nodeName', 'text', '', 'name of this node; the host’s name when empty'),
  option('nodeLabel', 'list', [], 'label that this node is registered with, key=value; may be given more than once'),
  option(
    'nodeTaint',
    'list',
    [],
    'taint that it is registered with, key=value:NoSchedule; may be given more than once',
  ),
  option('nodeIp', 'text', '', 'addresses of this node, one a family; found out when empty'),
  option('kubeletPort', 'number', 10250, 'port of the kubelet’s API'),
  option('containerLogMaxSize', 'text', '10Mi', 'of one file of a container’s log, which is put aside then'),
  option('containerLogMaxFiles', 'number', 5, 'files of one container’s log, with the one that is written'),
  option(
    'allowedUnsafeSysctls',
    'list',
    [],
    'sysctl that pods may set besides the safe ones, or the start of some with *; may be given more than once',
  ),
  option('serviceNodePortRange', 'text', '30000-32767', 'ports that NodePort services take'),
  option(
    'registriesFile',
    'text',
    '/etc/tiphys/registries.yaml',
    'mirrors and credentials of registries, as k3s has them',
  ),
  option(
    'preloadImages',
    'text',
    OWN_IMAGES,
    'folder of image archives to import at start, besides <data-dir>/agent/images; none when empty',
  ),
  option(
    'storeEndpoints',
    'text',
    '',
    'etcd to keep all objects in, URLs with commas between; in the data directory when empty',
  ),
  option('storeCafile', 'text', '', 'CA that signed etcd’s certificates'),
  option('storeCertfile', 'text', '', 'certificate to show to etcd'),
  option('storeKeyfile', 'text', '', 'its key'),
  ...AUDIT_OPTIONS,
  ...OPENID_OPTIONS,
  ...ENCRYPTION_OPTIONS,
  option(
    'maxRequestsInflight',
    'number',
    400,
    'requests served at once, together with --max-mutating-requests-inflight; priority levels share them',
  ),
  option('maxMutatingRequestsInflight', 'number', 200, 'see --max-requests-inflight'),
  option('pluginsDir', 'text', '', 'folder of further plugins, one .ts or .js file each'),
  option(
    'stallSeconds',
    'number',
    10,
    'how long the event loop may stand still before the server starts anew; 0: for ever',
  ),
  option('disable', 'list', [], 'built-in plugin to leave out; may be given more than once'),
];

export type ServerSettings = Readonly<Record<string, unknown>>;

/** Thrown for a setting that cannot be understood; `source` says where it was written. */
export class SettingError extends Error {
  readonly code = 'BadSetting';
  readonly source: string;
  constructor(source: string, message: string) {
    super(`${source}: ${message}`);
    this.name = 'SettingError';
    this.source = source;
  }
}

/** Flags win over variables, variables over files, later files over earlier ones, all over the defaults. */
export async function readSettings(
  world: World,
  flags: OptionValues,
  configFile: string,
  options: readonly ServerOption[] = SERVER_OPTIONS,
): Promise<ServerSettings> {
  const settings: Record<string, unknown> = Object.fromEntries(options.map(o => [o.key, o.default]));
  for (const path of await configFiles(world, configFile))
    Object.assign(settings, await readConfigFile(world, path, options));
  for (const { key, flag, value } of options) {
    const variable = `TIPHYS_${kebab(key).replaceAll('-', '_').toUpperCase()}`;
    const text = world.processes.env[variable];
    if (text !== undefined) settings[key] = parsed(variable, value, text);
    const given: unknown = flags[key];
    if (given === true) settings[key] = true;
    if (typeof given === 'string') settings[key] = parsed(flag, value, given);
    if (Array.isArray(given) && given.length > 0) settings[key] = given;
  }
  return settings;
}

async function configFiles(world: World, configFile: string): Promise<readonly string[]> {
  const folder = `${configFile}.d`;
  const listed = await presentOr([], () => world.files.readdir(folder));
  const main = await presentOr([], async () => {
    await world.files.access(configFile);
    return [configFile];
  });
  return [
    ...main,
    ...listed
      .filter(name => /\.ya?ml$/.test(name))
      .sort()
      .map(name => `${folder}/${name}`),
  ];
}

/** Keys may be written as the flag (`data-dir`) or as the key (`dataDir`); `plugins` holds settings by plugin. */
async function readConfigFile(
  world: World,
  path: string,
  options: readonly ServerOption[],
): Promise<Record<string, unknown>> {
  const content = await parsedFile(path, await world.files.readFile(path, 'utf8'));
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) throw new SettingError(path, 'must hold settings by name');
  const known = new Map(options.flatMap(o => [[o.key, o] as const, [o.flag.slice(2), o] as const]));
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => {
      if (name === 'plugins') return [name, value];
      const found = known.get(name);
      if (found === undefined) throw new SettingError(path, `unknown setting ${name}`);
      return [found.key, written(path, found, value)];
    }),
  );
}

async function parsedFile(path: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new SettingError(path, error instanceof Error ? error.message.trimEnd() : String(error));
  }
}

/** A file may write numbers and lists as YAML does. */
function written(path: string, { flag, value: kind }: ServerOption, value: unknown): unknown {
  const isFitting =
    kind === 'number'
      ? Number.isInteger(value)
      : kind === 'boolean'
        ? typeof value === 'boolean'
        : kind === 'list' && Array.isArray(value) && value.every(item => typeof item === 'string');
  if (isFitting) return value;
  if (typeof value === 'string') return parsed(path, kind, value);
  const wanted = { text: 'a text', number: 'a whole number', boolean: 'true or false', list: 'a list of texts' }[kind];
  throw new SettingError(path, `${flag.slice(2)} must be ${wanted}, not ${JSON.stringify(value)}`);
}

function parsed(source: string, kind: ServerOption['value'], text: string): unknown {
  if (kind === 'list') return text.split(',').filter(item => item !== '');
  if (kind === 'text') return text;
  if (kind === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new SettingError(source, `${JSON.stringify(text)} is neither true nor false`);
  }
  const number = Number(text);
  if (!Number.isInteger(number)) throw new SettingError(source, `${JSON.stringify(text)} is not a whole number`);
  return number;
}
