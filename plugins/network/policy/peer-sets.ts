import {
  labelMatcher,
  labelSelectorText,
  type LabelMatcher,
  type LabelSelector,
  type Labels,
} from '../../../src/api/label-selector.ts';
import {
  rangeOfCidr,
  rangesContain,
  rangesWithout,
  unitedRanges,
  type AddressRanges,
} from '../../../src/base/address-ranges.ts';
import type { IPBlock, NetworkPolicyPeer } from '../../kinds/networking/v1/network-policy-spec.ts';
import { contentName } from './content-name.ts';
import type { PeerSet, Protocol } from './policy-plan.ts';
import type { PolicyPod } from './policy-pod.ts';

/** The sets of addresses that peers of policies come to, each made once, whoever asks. */
export class PeerSets {
  readonly made = new Map<string, PeerSet>();
  readonly #pods: readonly PolicyPod[];
  readonly #byNamespace = new Map<string, PolicyPod[]>();
  readonly #namespaces: ReadonlyMap<string, Labels>;
  readonly #selected = new Map<string, readonly PolicyPod[]>();

  constructor(pods: readonly PolicyPod[], namespaces: ReadonlyMap<string, Labels>) {
    this.#pods = pods;
    this.#namespaces = namespaces;
    for (const pod of pods) {
      const beside = this.#byNamespace.get(pod.namespace);
      if (beside === undefined) this.#byNamespace.set(pod.namespace, [pod]);
      else beside.push(pod);
    }
  }

  podsOf(namespace: string, matcher: LabelMatcher): readonly PolicyPod[] {
    return this.#remembered(`${namespace}/${labelSelectorText(matcher)}`, () =>
      (this.#byNamespace.get(namespace) ?? []).filter(({ labels }) => matcher.matches(labels)),
    );
  }

  /** The name of the peer's set. */
  of({ ipBlock, ...selectors }: NetworkPolicyPeer, namespace: string): string {
    if (ipBlock === undefined) {
      const { key, pods } = this.#select(selectors, namespace);
      return this.#podSet(key, pods);
    }
    const ranges = rangesOfBlock(ipBlock);
    const name = contentName('b', ranges.map(({ first, last }) => `${first}-${last}`).join(' '));
    if (!this.made.has(name)) this.made.set(name, { kind: 'block', ranges });
    return name;
  }

  /** The peer's pods (`null`: all) that have a port of this name, by its number. */
  naming(
    peer: NetworkPolicyPeer | null,
    namespace: string,
    name: string,
    protocol: Protocol,
  ): readonly { readonly set: string; readonly number: number }[] {
    const { key, pods } = this.#peersPods(peer, namespace);
    const byNumber = new Map<number, PolicyPod[]>();
    for (const pod of pods)
      for (const port of pod.ports)
        if (port.name === name && port.protocol === protocol)
          byNumber.set(port.number, [...(byNumber.get(port.number) ?? []), pod]);
    return [...byNumber].map(([number, those]) => ({
      set: this.#podSet(`${key} ${protocol} ${name} ${number}`, those),
      number,
    }));
  }

  #peersPods(peer: NetworkPolicyPeer | null, namespace: string): Selected {
    if (peer === null) return { key: '*', pods: this.#pods };
    const { ipBlock, ...selectors } = peer;
    if (ipBlock === undefined) return this.#select(selectors, namespace);
    const ranges = rangesOfBlock(ipBlock);
    const key = ranges.map(({ first, last }) => `${first}-${last}`).join(' ');
    return { key, pods: this.#pods.flatMap(pod => within(pod, ranges)) };
  }

  /** Without a selector of namespaces: the policy's own; without one of pods: all of those namespaces. */
  #select({ podSelector, namespaceSelector }: Omit<NetworkPolicyPeer, 'ipBlock'>, namespace: string): Selected {
    const pods = labelMatcher(podSelector ?? EVERY);
    if (namespaceSelector === undefined)
      return { key: `${namespace}/${labelSelectorText(pods)}`, pods: this.podsOf(namespace, pods) };
    const namespaces = labelMatcher(namespaceSelector);
    const key = `{${labelSelectorText(namespaces)}}/${labelSelectorText(pods)}`;
    const selected = this.#remembered(key, () =>
      [...this.#namespaces].flatMap(([name, labels]) => (namespaces.matches(labels) ? this.podsOf(name, pods) : [])),
    );
    return { key, pods: selected };
  }

  #remembered(key: string, select: () => readonly PolicyPod[]): readonly PolicyPod[] {
    const known = this.#selected.get(key);
    if (known !== undefined) return known;
    const pods = select();
    this.#selected.set(key, pods);
    return pods;
  }

  #podSet(key: string, pods: readonly PolicyPod[]): string {
    const name = contentName('p', key);
    if (!this.made.has(name))
      this.made.set(name, { kind: 'pods', addresses: new Set(pods.flatMap(({ addresses }) => addresses)) });
    return name;
  }
}

interface Selected {
  readonly key: string;
  readonly pods: readonly PolicyPod[];
}

const EVERY: LabelSelector = {};

function rangesOfBlock({ cidr, except = [] }: IPBlock): AddressRanges {
  const isIpv6 = cidr.includes(':');
  const left = except.filter(text => text.includes(':') === isIpv6).map(rangeOfCidr);
  return rangesWithout([rangeOfCidr(cidr)], unitedRanges(left));
}

/** The pod by those of its addresses that are in a block. */
function within(pod: PolicyPod, ranges: AddressRanges): readonly PolicyPod[] {
  const isIpv6 = typeof ranges[0]?.first === 'bigint';
  const [first, ...more] = pod.addresses.filter(
    address => (typeof address === 'bigint') === isIpv6 && rangesContain(ranges, address),
  );
  return first === undefined ? [] : [{ ...pod, addresses: [first, ...more] }];
}
