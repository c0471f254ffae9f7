import type { AddressRanges } from '../../../src/base/address-ranges.ts';
import type { IpNumber } from '../../../src/base/ip-number.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** What policies come to, before anybody asks which node is to see to it. Names say what is in what they name. */
export interface PolicyPlan {
  readonly sets: ReadonlyMap<string, PeerSet>;
  readonly chains: ReadonlyMap<string, readonly Allowance[]>;
  /** Of each address of a pod whose incoming traffic is restricted: what is let through. */
  readonly ingress: ReadonlyMap<IpNumber, string>;
  readonly egress: ReadonlyMap<IpNumber, string>;
}

/** Addresses of pods, of both families, come and go; those of a block, of one, are in its name. */
export type PeerSet =
  | { readonly kind: 'pods'; readonly addresses: ReadonlySet<IpNumber> }
  | { readonly kind: 'block'; readonly ranges: AddressRanges };

/** Traffic that is let through: from or to whom, and to which ports of the one that is spoken to. */
export interface Allowance {
  /** A set's name; `null` for anybody. */
  readonly peers: string | null;
  /** `null` for any, of any protocol. */
  readonly port: PortRange | null;
}

export interface PortRange {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

export const NO_POLICIES: PolicyPlan = {
  sets: new Map(),
  chains: new Map(),
  ingress: new Map(),
  egress: new Map(),
};
