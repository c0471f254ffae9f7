import { ipFamilyOf, type Family } from './ip-family.ts';

/** What one address and port should do; equal values mean that nothing has to change. */
export interface WantedListener {
  /** In the service netns (cluster IPs, external IPs) or the node's own (node ports, host ports). */
  readonly scope: 'service' | 'node';
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
  /** Never empty: a port without endpoints is not listened at, so that the kernel refuses. */
  readonly endpoints: readonly EndpointAddress[];
  /** 0 without session affinity. */
  readonly affinitySeconds: number;
  /** CIDRs that may connect; empty for all. */
  readonly allowedSources: readonly string[];
}

export interface EndpointAddress {
  readonly address: string;
  readonly port: number;
}

export const listenerKey = ({ scope, protocol, address, port }: Omit<WantedListener, 'endpoints'>): string =>
  `${scope} ${protocol} ${address}:${port}`;

/** What tells whether a listener's backends changed. */
export const backendsKey = ({ endpoints, affinitySeconds, allowedSources }: WantedListener): string =>
  `${affinitySeconds} ${allowedSources.join(',')} ${endpoints.map(({ address, port }) => `${address}:${port}`).join(' ')}`;

export interface ProxyNode {
  readonly name: string;
  readonly zone: string | undefined;
  /** Where UDP node ports answer, loopback included; TCP ones answer everywhere. */
  readonly addresses: readonly string[];
}

/** A listener on the node for each address it takes: UDP answers must come from the address that was asked. */
export const nodeAddresses = (protocol: 'TCP' | 'UDP', node: ProxyNode, family: Family): readonly string[] =>
  protocol === 'TCP'
    ? [family === 'IPv6' ? '::' : '0.0.0.0']
    : node.addresses.filter(address => ipFamilyOf(address) === family);
