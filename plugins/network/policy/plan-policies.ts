import type { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import type { NetworkPolicyPeer, NetworkPolicyPort } from '../../kinds/networking/v1/network-policy-spec.ts';
import { labelMatcher, type Labels } from '../../../src/api/label-selector.ts';
import type { IpNumber } from '../../../src/base/ip-number.ts';
import { PeerSets } from './peer-sets.ts';
import { contentName } from './content-name.ts';
import { NO_POLICIES, type Allowance, type PolicyPlan, type PortRange, type Protocol } from './policy-plan.ts';
import type { PolicyPod } from './policy-pod.ts';

export interface PolicyInputs {
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly PolicyPod[];
  /** Labels of each namespace. */
  readonly namespaces: ReadonlyMap<string, Labels>;
}

type Direction = 'ingress' | 'egress';
const TYPES = { ingress: 'Ingress', egress: 'Egress' } as const;
const HIGHEST_PORT = 65_535;

/**
 * What policies say of each pod: allowed is what any policy that selects it allows; a pod that none selects, or that
 * is allowed everything, is in neither map. Pure.
 */
export function planPolicies({ policies, pods, namespaces }: PolicyInputs): PolicyPlan {
  if (policies.length === 0) return NO_POLICIES;
  const sets = new PeerSets(pods, namespaces);
  const chains = new Map<string, readonly Allowance[]>();
  const restricted = (direction: Direction): ReadonlyMap<IpNumber, string> => {
    const allowed = new Map<PolicyPod, Map<string, Allowance>>();
    for (const policy of policies) {
      if (!(policy.spec.policyTypes ?? []).includes(TYPES[direction])) continue;
      const perPod = direction === 'ingress' && namesPorts(policy);
      let allowances: readonly Allowance[] | undefined;
      for (const pod of sets.podsOf(policy.metadata.namespace ?? '', labelMatcher(policy.spec.podSelector))) {
        const all = allowed.get(pod) ?? new Map<string, Allowance>();
        allowed.set(pod, all);
        if (allowances === undefined || perPod) allowances = allowancesOf(policy, direction, pod, sets);
        for (const each of allowances) all.set(textOf(each), each);
      }
    }
    const byAddress = new Map<IpNumber, string>();
    for (const [{ addresses }, all] of allowed) {
      if (all.has(EVERYTHING)) continue;
      const texts = [...all.keys()].sort();
      const name = contentName(direction === 'ingress' ? 'i' : 'e', texts.join(' '));
      if (!chains.has(name))
        chains.set(
          name,
          texts.flatMap(text => all.get(text) ?? []),
        );
      for (const address of addresses) byAddress.set(address, name);
    }
    return byAddress;
  };
  return { ingress: restricted('ingress'), egress: restricted('egress'), chains, sets: sets.made };
}

const textOf = ({ peers, port }: Allowance): string =>
  `${peers ?? '*'}:${port === null ? '*' : `${port.protocol}/${port.first}-${port.last}`}`;
const EVERYTHING = textOf({ peers: null, port: null });

/** What a named port is differs from pod to pod. */
const namesPorts = ({ spec }: NetworkPolicy): boolean =>
  (spec.ingress ?? []).some(({ ports = [] }) => ports.some(({ port }) => typeof port === 'string'));

function allowancesOf(
  { metadata, spec }: NetworkPolicy,
  direction: Direction,
  pod: PolicyPod,
  sets: PeerSets,
): readonly Allowance[] {
  const namespace = metadata.namespace ?? '';
  const rules =
    direction === 'ingress'
      ? (spec.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }))
      : (spec.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
  return rules.flatMap(({ ports = [], peers = [] }) => {
    const whom: readonly (NetworkPolicyPeer | null)[] = peers.length === 0 ? [null] : peers;
    if (ports.length === 0) return whom.flatMap(peer => setOf(peer, namespace, sets, null));
    return ports.flatMap(port => {
      if (typeof port.port !== 'string') {
        const range = numbered(port, port.port);
        return whom.flatMap(peer => setOf(peer, namespace, sets, range));
      }
      const named = { name: port.port, protocol: port.protocol };
      return direction === 'ingress'
        ? own(pod, named).flatMap(range => whom.flatMap(peer => setOf(peer, namespace, sets, range)))
        : whom.flatMap(peer => theirs(peer, namespace, sets, named));
    });
  });
}

function setOf(
  peer: NetworkPolicyPeer | null,
  namespace: string,
  sets: PeerSets,
  port: PortRange | null,
): readonly Allowance[] {
  if (peer === null) return [{ peers: null, port }];
  return [{ peers: sets.of(peer, namespace), port }];
}

const numbered = ({ protocol, endPort }: NetworkPolicyPort, port: number | undefined): PortRange =>
  port === undefined ? { protocol, first: 0, last: HIGHEST_PORT } : { protocol, first: port, last: endPort ?? port };

interface PortName {
  readonly name: string;
  readonly protocol: Protocol;
}

/** The ports that the pod itself calls so. */
const own = ({ ports }: PolicyPod, { name, protocol }: PortName): readonly PortRange[] =>
  ports
    .filter(port => port.name === name && port.protocol === protocol)
    .map(({ number }) => ({ protocol, first: number, last: number }));

/** Each pod is spoken to at what it calls so itself. */
const theirs = (
  peer: NetworkPolicyPeer | null,
  namespace: string,
  sets: PeerSets,
  { name, protocol }: PortName,
): readonly Allowance[] =>
  sets.naming(peer, namespace, name, protocol).map(({ set, number }) => ({
    peers: set,
    port: { protocol, first: number, last: number },
  }));
