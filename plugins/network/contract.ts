import { serviceRef } from '../../src/kernel/plugin.ts';
import type { AddressRanges } from '../../src/base/address-ranges.ts';
import type { Caches } from '../../src/sdk/caches.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { Ability } from '../runtime/contract.ts';

/** This node's share of the cluster's pod addresses, known before its network is made. */
export interface NodePodCidr {
  readonly podCidr: string;
}
export const nodePodCidr = serviceRef<NodePodCidr>('network.pod-cidr');

/** Addresses and links of pods on this node: routed veths of single addresses, no bridge. */
export interface PodNetwork {
  /** One of a family, IPv4 first. */
  readonly podCidrs: readonly string[];
  /** What of this machine its pods' network depends on, whether or not it is there. */
  readonly abilities: readonly Ability[];
  /** This node's own addresses, one of a family, as Nodes report them (InternalIP): of IPv4, then of IPv6 if it has one. */
  readonly nodeAddresses: readonly [string, ...string[]];
  /** The service netns, through which every ClusterIP is reached; an open fd owned by this plugin. */
  readonly serviceNetnsFd: number;
  /** Idempotent per `podUid`: the same uid keeps its addresses, one of a family, over daemon restarts too. */
  attach(pod: { readonly podUid: string; readonly netnsPath: string }): Promise<{ readonly podIps: readonly string[] }>;
  /** Frees the addresses; the link goes with the namespace. Idempotent. */
  detach(podUid: string): Promise<void>;
  /** After a restart: frees what belongs to none of these pods and repairs routes of the others. */
  reconcile(livePodUids: ReadonlySet<string>): Promise<void>;
  /** A connected TCP socket's fd made inside `netnsPath`, for probes and port-forward. Rejects after `deadlineMs`. */
  dialInNetns(netnsPath: string, address: string, port: number, deadlineMs: number): Promise<number>;
  /** Makes an address outside the service CIDR (an external IP) answer in the service netns too. Idempotent. */
  claimServiceAddress(address: string): Promise<void>;
  unclaimServiceAddress(address: string): Promise<void>;
}
export const podNetwork = serviceRef<PodNetwork>('network.pods');

/** NetworkPolicies on this node: what they say of a pod is in force before its first container starts. */
export interface TrafficPolicies {
  /** Resolves once that is so for a pod of this node that has an address now; rejects when it cannot be done. */
  enforce(pod: Pod, podIps: readonly string[]): Promise<void>;
  /**
   * Who may be connected with an endpoint of a service from this node; `null` for all. What this node's proxy admits
   * no other place judges again. Nobody, as long as policies are not known.
   */
  clientsOf(endpoint: ServiceEndpoint): AddressRanges | null;
  /** Tells when answers of `clientsOf` may have changed. */
  follow(changed: () => void): Disposable;
}
export const trafficPolicies = serviceRef<TrafficPolicies>('network.traffic-policies');

export interface ServiceEndpoint {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Pods of all nodes, which a node alone does not see otherwise; a kind is read from when it is first asked for. */
export const policyCaches = serviceRef<Caches>('network.policy-caches');
