import type { Service } from '../kinds/core/v1/service.ts';
import type { Endpoint } from '../kinds/discovery/v1/endpoint.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { parseIpv4 } from '../../src/base/ipv4.ts';
import type { ClusterView } from './cluster-view.ts';
import { limits } from './limits.ts';
import type { DnsRecord } from './response.ts';

/** What the cluster knows of one name. A name that exists may have no records of the type asked for. */
export type Found =
  | { readonly kind: 'missing' }
  | { readonly kind: 'records'; readonly answers: readonly DnsRecord[]; readonly additionals: readonly DnsRecord[] }
  /** Another name stands for it, wherever that is. */
  | { readonly kind: 'alias'; readonly answers: readonly DnsRecord[]; readonly target: string };

export interface ZoneOptions {
  readonly view: ClusterView;
  /** Lower case, without a final dot. */
  readonly domain: string;
  readonly dnsAddresses: readonly string[];
}

type AskedType = 'A' | 'AAAA' | 'SRV' | 'TXT' | 'CNAME' | 'ANY' | 'other';

const missing: Found = { kind: 'missing' };
const records = (answers: readonly DnsRecord[], additionals: readonly DnsRecord[] = []): Found => ({
  kind: 'records',
  answers,
  additionals,
});
/** Wildcards are no part of the specification any more; a name that only has names below it has no records. */
const nothing = records([]);

/**
 * The names of github.com/kubernetes/dns/blob/master/docs/specification.md (1.1.0), with CoreDNS's reading
 * where it leaves room: headless services without ready endpoints exist, pods answer without being looked up.
 */
export class ClusterZone {
  readonly #view: ClusterView;
  readonly #domain: string;
  readonly #dnsAddresses: readonly string[];

  constructor({ view, domain, dnsAddresses }: ZoneOptions) {
    this.#view = view;
    this.#domain = domain;
    this.#dnsAddresses = dnsAddresses;
  }

  covers(name: string): boolean {
    return name === this.#domain || name.endsWith(`.${this.#domain}`);
  }

  /** `name` is covered by this zone. */
  find(name: string, type: AskedType): Found {
    const path = name.slice(0, -this.#domain.length - 1).split('.');
    const [last] = path.splice(-1);
    if (last === '' || last === undefined) return nothing;
    if (last === 'svc') return this.#inServices(name, path, type);
    if (last === 'pod') return this.#inPods(name, path, type);
    if (last === 'dns-version' && path.length === 0)
      return type === 'TXT' || type === 'ANY' ? records([{ name, ttl, type: 'TXT', data: ['1.1.0'] }]) : nothing;
    if (last === 'dns' && path.length === 0) return nothing;
    if (last === 'dns' && path.join('.') === 'ns') return records(addresses(name, this.#dnsAddresses, type));
    return missing;
  }

  /** Names of an address of this cluster: of its service, else of its endpoints. */
  reverse(name: string, address: string): Found {
    const services = this.#view
      .servicesAt(address)
      .map(({ metadata }) => this.#nameOf(metadata.namespace ?? '', metadata.name));
    const endpoints = this.#view
      .endpointsAt(address)
      .map(({ namespace, service, endpoint }) => `${labelOf(endpoint, address)}.${this.#nameOf(namespace, service)}`);
    const targets = [...new Set(services.length > 0 ? services : endpoints)];
    if (targets.length === 0) return missing;
    return records(targets.map(data => ({ name, ttl, type: 'PTR', data })));
  }

  #inServices(name: string, path: readonly string[], type: AskedType): Found {
    if (path.length === 0) return nothing;
    const [namespace = '', service = '', one = '', other = ''] = path.toReversed();
    if (path.length === 1) return this.#view.hasNamespace(namespace) ? nothing : missing;
    const found = this.#view.service(namespace, service);
    if (found === undefined || path.length > 4) return missing;
    if (found.spec.type === 'ExternalName') return path.length === 2 ? externalName(name, found, type) : missing;
    if (path.length === 2) return this.#ofService(name, found, type);
    if (path.length === 4) return this.#ofPort(name, found, one.replace(/^_/, ''), other.replace(/^_/, ''), type);
    if (one === '_tcp' || one === '_udp' || one === '_sctp') return nothing;
    const ends = this.#endpoints(found).filter(({ label }) => label === one);
    return ends.length === 0
      ? missing
      : records(
          addresses(
            name,
            ends.map(({ address }) => address),
            type,
          ),
        );
  }

  #ofService(name: string, service: Service, type: AskedType): Found {
    if (type === 'SRV') return this.#locations(name, service, () => true);
    const { clusterIP = '', clusterIPs = [clusterIP] } = service.spec;
    const all = clusterIP === 'None' ? this.#endpoints(service).map(({ address }) => address) : clusterIPs;
    return records(addresses(name, all, type));
  }

  #ofPort(name: string, service: Service, protocol: string, port: string, type: AskedType): Found {
    const matching = this.#locations(
      name,
      service,
      it => it.name.toLowerCase() === port && it.protocol.toLowerCase() === protocol,
    );
    if (matching.kind === 'records' && matching.answers.length === 0) return missing;
    return type === 'SRV' || type === 'ANY' ? matching : nothing;
  }

  #locations(name: string, service: Service, wanted: (port: NamedPort) => boolean): Found {
    const base = this.#nameOf(service.metadata.namespace ?? '', service.metadata.name);
    const { clusterIP = '', clusterIPs = [clusterIP], ports = [] } = service.spec;
    const targets =
      clusterIP === 'None'
        ? this.#endpoints(service).map(it => ({ target: `${it.label}.${base}`, ips: [it.address], ports: it.ports }))
        : [{ target: base, ips: clusterIPs, ports: ports.map(it => ({ ...it, name: it.name ?? '' })) }];
    const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
    return records(
      targets.flatMap(({ target, ports: offered }) =>
        offered
          .filter(wanted)
          .map(({ port }): DnsRecord => ({ name, ttl, type: 'SRV', data: { priority: 0, weight, port, target } })),
      ),
      targets.flatMap(({ target, ips }) => addresses(target, ips, 'ANY')),
    );
  }

  /** Ready endpoints with the label that names each below its service. */
  #endpoints({ metadata }: Service): readonly NamedEndpoint[] {
    const found = new Map<string, NamedEndpoint>();
    for (const { endpoints, ports } of this.#view.slicesOf(metadata.namespace ?? '', metadata.name))
      for (const endpoint of endpoints ?? [])
        for (const address of endpoint.conditions.ready === false ? [] : endpoint.addresses) {
          const named = (ports ?? []).flatMap(({ name, protocol, port }) =>
            port === undefined ? [] : [{ name, protocol, port }],
          );
          const before = found.get(address)?.ports ?? [];
          found.set(address, { label: labelOf(endpoint, address), address, ports: [...before, ...named] });
        }
    return [...found.values()];
  }

  #inPods(name: string, path: readonly string[], type: AskedType): Found {
    const [namespace = '', dashed = ''] = path.toReversed();
    if (path.length === 0) return nothing;
    if (path.length === 1) return this.#view.hasNamespace(namespace) ? nothing : missing;
    const address = podAddress(dashed);
    if (path.length > 2 || address === undefined || !this.#view.hasNamespace(namespace)) return missing;
    return records(addresses(name, [address], type));
  }

  #nameOf(namespace: string, service: string): string {
    return `${service}.${namespace}.svc.${this.#domain}`;
  }
}

const ttl = limits.ttlSeconds;

interface NamedPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}
interface NamedEndpoint {
  readonly label: string;
  readonly address: string;
  readonly ports: readonly NamedPort[];
}

/** `10-42-0-7` or `fd42-0-0-1--7`. */
function podAddress(dashed: string): string | undefined {
  const ipv4 = dashed.replaceAll('-', '.');
  if (parseIpv4(ipv4) !== undefined) return ipv4;
  const ipv6 = parseIp(dashed.replaceAll('-', ':'));
  return ipv6?.family === 6 ? ipv6.canonical : undefined;
}

const labelOf = (endpoint: Endpoint, address: string): string =>
  (endpoint.hostname ?? '') === '' ? address.replaceAll(/[.:]/g, '-') : (endpoint.hostname ?? '').toLowerCase();

function addresses(name: string, ips: readonly string[], type: AskedType): readonly DnsRecord[] {
  return ips.flatMap((data): readonly DnsRecord[] => {
    const of = data.includes(':') ? 'AAAA' : 'A';
    return data !== '' && data !== 'None' && (type === of || type === 'ANY') ? [{ name, ttl, type: of, data }] : [];
  });
}

function externalName(name: string, { spec }: Service, type: AskedType): Found {
  const target = (spec.externalName ?? '').toLowerCase().replace(/\.$/, '');
  const answers: readonly DnsRecord[] = [{ name, ttl, type: 'CNAME', data: target }];
  return type === 'CNAME' ? records(answers) : { kind: 'alias', answers, target };
}
