import { dirname, isAbsolute, join } from 'node:path';
import { isRecord, type JsonRecord } from '../../../src/api/json-record.ts';
import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';
import { SettingsError } from '../settings-error.ts';

/** Where events are sent, and how. */
export interface WebhookTarget {
  readonly url: URL;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Asked before each request: a token may be in a file that others renew. */
  readonly authorization: () => Promise<string | undefined>;
}

type Reading = Pick<Files, 'readFile'>;

/** Reads a kubeconfig, as its current context says. Throws `SettingsError`. */
export async function readWebhookConfig(files: Reading, path: string): Promise<WebhookTarget> {
  const { cluster, user } = current(path, await configIn(files, path));
  const near = (file: string): string => (isAbsolute(file) ? file : join(dirname(path), file));
  const read = (name: string, from: JsonRecord) => pemOf(files, near, name, from);
  const [ca, cert, key] = await Promise.all([
    read('certificate-authority', cluster),
    read('client-certificate', user),
    read('client-key', user),
  ]);
  const servername = text(cluster, 'tls-server-name');
  return {
    url: urlOf(path, text(cluster, 'server')),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(servername === '' ? {} : { servername }),
      ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
    },
    authorization: authorizationOf(files, near, user),
  };
}

const LOADING = 'initializing audit webhook';

async function configIn(files: Reading, path: string): Promise<JsonRecord> {
  const content = await contentOf(files, path);
  const { parse } = await import('yaml');
  try {
    const value: unknown = parse(content);
    return isRecord(value) ? value : {};
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SettingsError(`${LOADING}: error loading config file ${JSON.stringify(path)}: ${error.message}`);
  }
}

async function contentOf(files: Reading, path: string): Promise<string> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    const why = failedWith(error, 'ENOENT') ? `stat ${path}: no such file or directory` : String(error);
    throw new SettingsError(`${LOADING}: ${why}`);
  }
}

function current(path: string, config: JsonRecord): { readonly cluster: JsonRecord; readonly user: JsonRecord } {
  const name = text(config, 'current-context');
  const context = named(config, 'contexts', name, 'context');
  if (context === undefined) {
    throw new SettingsError(`${LOADING}: ${path}: context ${JSON.stringify(name)} does not exist`);
  }
  const clusterName = text(context, 'cluster');
  const cluster = named(config, 'clusters', clusterName, 'cluster');
  if (cluster === undefined) {
    throw new SettingsError(`${LOADING}: ${path}: cluster ${JSON.stringify(clusterName)} does not exist`);
  }
  return { cluster, user: named(config, 'users', text(context, 'user'), 'user') ?? {} };
}

function named(config: JsonRecord, list: string, name: string, what: string): JsonRecord | undefined {
  const items: unknown = config[list];
  const found: unknown = Array.isArray(items) ? items.find(item => isRecord(item) && item['name'] === name) : undefined;
  const value: unknown = isRecord(found) ? found[what] : undefined;
  return isRecord(value) ? value : undefined;
}

const text = (record: JsonRecord, name: string): string => {
  const value = record[name];
  return typeof value === 'string' ? value : '';
};

function urlOf(path: string, server: string): URL {
  const url = URL.parse(server.includes('://') ? server : `http://${server}`);
  if (server !== '' && url !== null) return url;
  throw new SettingsError(`${LOADING}: ${path}: ${JSON.stringify(server)} is no address of a server`);
}

async function pemOf(
  files: Reading,
  near: (file: string) => string,
  name: string,
  from: JsonRecord,
): Promise<string | undefined> {
  const data = text(from, `${name}-data`);
  if (data !== '') return Buffer.from(data, 'base64').toString();
  const file = text(from, name);
  return file === '' ? undefined : contentOf(files, near(file));
}

function authorizationOf(
  files: Reading,
  near: (file: string) => string,
  user: JsonRecord,
): WebhookTarget['authorization'] {
  const [token, tokenFile, username] = [text(user, 'token'), text(user, 'tokenFile'), text(user, 'username')];
  if (tokenFile !== '') return async () => `Bearer ${(await files.readFile(near(tokenFile), 'utf8')).trim()}`;
  if (token !== '') return async () => `Bearer ${token}`;
  if (username === '') return async () => undefined;
  return async () => `Basic ${Buffer.from(`${username}:${text(user, 'password')}`).toString('base64')}`;
}
