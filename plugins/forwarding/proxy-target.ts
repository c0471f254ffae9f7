import type { Client } from '../../src/api/client.ts';
import { badRequestError, StatusError } from '../../src/api/status-error.ts';
import type { Random } from '../../src/base/world.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import type { Backend } from './backend.ts';
import { requireProxyableAddress } from './proxyable-address.ts';

/** `name`, `name:port`, `scheme:name:port`, as the name in the path of a proxied request has it. */
export interface ProxyName {
  readonly scheme: '' | 'http' | 'https';
  readonly name: string;
  readonly port: string;
}

/** Throws `StatusError` BadRequest for what is none. */
export function readProxyName(id: string, what: 'node' | 'pod' | 'service'): ProxyName {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] = parts.length < 3 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !(scheme === '' || scheme === 'http' || scheme === 'https')) {
    throw badRequestError(`invalid ${what} request ${JSON.stringify(id)}`);
  }
  return { scheme, name, port };
}

/** A pod by its own address; by its first container's first port where none is named. */
export async function podTarget(client: Client, namespace: string, id: string): Promise<Backend> {
  const { scheme, name, port } = readProxyName(id, 'pod');
  const pod = await client.get(Pod, { namespace, name });
  const host = pod.status.podIP ?? '';
  requireProxyableAddress(host);
  const first = pod.spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort;
  return backendOf(scheme, host, port === '' ? first : portOf(port));
}

/** One of a service's ready endpoints by chance. */
export async function serviceTarget(
  client: Client,
  random: Pick<Random, 'fraction'>,
  namespace: string,
  id: string,
): Promise<Backend> {
  const { scheme, name, port } = readProxyName(id, 'service');
  const portName = /^\d+$/.test(port) ? await nameOfPort(client, namespace, name, Number(port)) : port;
  const { subsets = [] } = await client.get(Endpoints, { namespace, name });
  if (subsets.length === 0) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  const reached = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports
      .filter(each => (each.name ?? '') === portName)
      .flatMap(each => addresses.map(({ ip }) => ({ host: ip, port: each.port }))),
  );
  const chosen = reached[Math.floor(random.fraction() * reached.length)];
  if (chosen === undefined) throw unavailable(`no endpoints available for service ${JSON.stringify(id)}`);
  requireProxyableAddress(chosen.host);
  return backendOf(scheme, chosen.host, chosen.port);
}

/** A number is the service's own, by which its endpoints do not go. */
async function nameOfPort(client: Client, namespace: string, name: string, port: number): Promise<string> {
  const { spec } = await client.get(Service, { namespace, name });
  const found = (spec.ports ?? []).find(each => each.port === port);
  if (found === undefined) throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
  return found.name ?? '';
}

const unavailable = (message: string): StatusError => new StatusError('ServiceUnavailable', message);

/** https is not verified: nobody says by whose word it should be. */
export function backendOf(scheme: ProxyName['scheme'], host: string, port: number | undefined): Backend {
  return scheme === 'https' ? { scheme, host, port: port ?? 443, tls: {} } : { scheme: 'http', host, port: port ?? 80 };
}

export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port === 0 || port > 65_535) throw badRequestError(`address: invalid port ${JSON.stringify(text)}`);
  return port;
}
