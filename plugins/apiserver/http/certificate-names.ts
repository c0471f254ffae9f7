import { byFamily } from '../../../src/base/by-family.ts';
import { parseIp } from '../../../src/base/ip-problems.ts';
import { firstAddress } from '../../../src/base/ipv4.ts';
import { subdomainProblems } from '../../../src/base/qualified-name.ts';
import type { World } from '../../../src/base/world.ts';

export interface ServerPlace {
  readonly advertiseAddress: string;
  readonly bindAddress: string;
  readonly serviceCidr: string;
  readonly clusterDomain: string;
  /** Names and addresses that clients reach it by besides: of balancers, and of the way from elsewhere. */
  readonly tlsSan: readonly string[];
}

export interface CertificateNames {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** By what clients reach the API: from the host, from pods by its Service, and from elsewhere. Throws for what is no name. */
export function certificateNames(
  { advertiseAddress, bindAddress, serviceCidr, clusterDomain, tlsSan }: ServerPlace,
  network: Pick<World['network'], 'hostname' | 'addresses'>,
): CertificateNames {
  for (const name of tlsSan) {
    const isKnown = parseIp(name) !== undefined || subdomainProblems(name.replace(/^\*\./, '')).length === 0;
    if (!isKnown) throw new Error(`invalid tlsSan ${JSON.stringify(name)}: it has to be a DNS name or an IP address`);
  }
  const bound = bindAddress === '0.0.0.0' || bindAddress === '::' ? [] : [bindAddress];
  const own = network.addresses().map(({ address }) => address);
  const names = [
    'localhost',
    network.hostname(),
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${clusterDomain}`,
    ...tlsSan.filter(name => parseIp(name) === undefined),
  ];
  const addresses = [
    '127.0.0.1',
    '::1',
    advertiseAddress,
    firstAddress(byFamily(serviceCidr).ipv4),
    ...bound,
    ...own,
    ...tlsSan.filter(name => parseIp(name) !== undefined),
  ];
  return { names: [...new Set(names)], addresses: [...new Set(addresses)] };
}
