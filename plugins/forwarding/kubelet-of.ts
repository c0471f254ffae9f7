import type { Client } from '../../src/api/client.ts';
import { StatusError } from '../../src/api/status-error.ts';
import { Node } from '../kinds/core/v1/node.ts';
import type { Backend, BackendTls } from './backend.ts';

const DEFAULT_PORT = 10_250;

/** Where a node's kubelet is reached. Throws `StatusError`. */
export async function kubeletOf(client: Client, nodeName: string, tls: BackendTls): Promise<Backend> {
  const { status } = await client.get(Node, { name: nodeName });
  const addresses = status.addresses ?? [];
  const host = addresses.find(({ type }) => type === 'InternalIP')?.address;
  if (host === undefined) {
    const known = addresses.map(({ type, address }) => `{${type} ${address}}`).join(' ');
    throw new StatusError('', `no preferred addresses found; known addresses: [${known}]`);
  }
  const port = status.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
  return { scheme: 'https', host, port: port === 0 ? DEFAULT_PORT : port, tls };
}
