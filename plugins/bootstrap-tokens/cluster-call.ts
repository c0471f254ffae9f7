import { Agent, request } from 'undici';
import type { Files } from '../../src/base/world.ts';
import { isRecord } from '../../src/base/is-record.ts';

/** One request to the cluster that an administrator's kubeconfig names. */
export interface ClusterCall extends AsyncDisposable {
  readonly caCertificate: string;
  /** The answer, parsed. Throws an `Error` with the server's message for a refusal. */
  send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
}

/** Reads a kubeconfig of this server's making. */
export async function openCluster(files: Files, kubeconfig: string): Promise<ClusterCall> {
  const { parse } = await import('yaml');
  const config: unknown = parse(await files.readFile(kubeconfig, 'utf8'));
  const cluster = only(config, 'clusters', 'cluster');
  const user = only(config, 'users', 'user');
  const caCertificate = decoded(cluster, 'certificate-authority-data');
  const agent = new Agent({
    connect: {
      ca: caCertificate,
      cert: decoded(user, 'client-certificate-data'),
      key: decoded(user, 'client-key-data'),
    },
  });
  const server = String(cluster['server']);
  return {
    caCertificate,
    async send(method, path, body) {
      const answer = await request(`${server}${path}`, {
        method,
        dispatcher: agent,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const told: unknown = await answer.body.json();
      if (answer.statusCode >= 400) throw new Error(isRecord(told) ? String(told['message']) : 'the server refused');
      return told;
    },
    [Symbol.asyncDispose]: () => agent.close(),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function only(config: unknown, list: string, member: string): Fields {
  const items: unknown = isRecord(config) ? config[list] : undefined;
  const [first]: readonly unknown[] = Array.isArray(items) ? items : [];
  const found = isRecord(first) ? first[member] : undefined;
  if (!isRecord(found)) throw new Error(`the kubeconfig has no ${member}`);
  return found;
}

function decoded(fields: Fields, name: string): string {
  const text = fields[name];
  if (typeof text !== 'string') throw new Error(`the kubeconfig has no ${name}`);
  return Buffer.from(text, 'base64').toString('utf8');
}
