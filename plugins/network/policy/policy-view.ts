import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { parseIpNumber, type IpNumber } from '../../../src/base/ip-number.ts';
import { formatIpv4, parseCidr, parseIpv4 } from '../../../src/base/ipv4.ts';
import type { TwinAddresses } from '../../../src/base/twin-addresses.ts';
import type { Labels } from '../../../src/api/label-selector.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import type { Namespace } from '../../kinds/core/v1/namespace.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import { proxyAddressOf } from '../address-pool.ts';
import type { PolicyInputs } from './plan-policies.ts';
import { podIpsOf, policyPod, type PolicyPod } from './policy-pod.ts';

export interface PolicyViewOptions {
  readonly nodeName: string;
  readonly podCidr: string;
  /** Of a cluster of both families. */
  readonly twins: TwinAddresses | undefined;
  readonly dns: readonly string[];
  readonly policies: Cache<NetworkPolicy>;
  readonly namespaces: Cache<Namespace>;
  readonly nodes: Cache<Node>;
  readonly ownPods: Cache<Pod>;
  /** Those of all nodes: not asked for as long as there is no policy. */
  readonly allPods: () => Cache<Pod>;
}

export interface PolicyReading {
  readonly inputs: PolicyInputs;
  /** Pods of this node. */
  readonly here: ReadonlySet<IpNumber>;
  readonly proxies: ReadonlySet<IpNumber>;
}

/** What policies are about, and whom, as this node sees it now. */
export class PolicyView {
  readonly #options: PolicyViewOptions;
  /** Pods that were given their address here, before any object says so. */
  readonly #starting = new Map<string, Starting>();
  readonly #seen = new WeakMap<Pod, { readonly pod: PolicyPod | undefined }>();
  readonly #following: Disposable[] = [];
  #followsPods = false;
  #changed: () => void = () => undefined;

  constructor(options: PolicyViewOptions) {
    this.#options = options;
  }

  /** Whether it is known that there is no policy at all. */
  get isFree(): boolean {
    const { policies } = this.#options;
    return policies.hasSynced && policies.list().length === 0;
  }

  starting(pod: Pod, podIps: readonly string[]): void {
    for (const [uid, { addresses }] of this.#starting) if (addresses[0] === podIps[0]) this.#starting.delete(uid);
    this.#starting.set(pod.metadata.uid, { pod, addresses: podIps });
  }

  follow(changed: () => void): Disposable {
    this.#changed = changed;
    const { policies, namespaces, nodes, ownPods } = this.#options;
    this.#following.push(
      policies.subscribe({ changed, removed: changed }),
      namespaces.subscribe({
        changed: (now, before) => {
          if (before === undefined || !isDeepEqual(before.metadata.labels, now.metadata.labels)) changed();
        },
        removed: changed,
      }),
      nodes.subscribe({
        changed: (now, before) => {
          if (before === undefined || before.spec?.podCIDR !== now.spec?.podCIDR) changed();
        },
        removed: changed,
      }),
      ownPods.subscribe({ changed: () => undefined, removed: ({ metadata }) => this.#starting.delete(metadata.uid) }),
    );
    policies.synced.then(changed, () => undefined);
    return { [Symbol.dispose]: () => this.#following.forEach(each => each[Symbol.dispose]()) };
  }

  /** Resolves when everything that has a say has been seen. */
  async known(): Promise<void> {
    const { policies, namespaces, nodes, allPods } = this.#options;
    await policies.synced;
    if (policies.list().length === 0) return;
    this.#followPods();
    await Promise.all([namespaces.synced, nodes.synced, allPods().synced]);
  }

  read(): PolicyReading {
    const { policies, namespaces, nodes, podCidr, nodeName } = this.#options;
    const proxies = new Set(this.#proxiesOf(podCidr));
    if (policies.list().length === 0)
      return { inputs: { policies: [], pods: [], namespaces: new Map() }, here: new Set(), proxies };
    const pods = new Map<IpNumber, PolicyPod>();
    const here = new Set<IpNumber>();
    for (const { pod, addresses } of this.#pods()) {
      const seen = this.#see(pod, addresses);
      // Of two that say they have an address, the one that was given it here comes last and has it.
      if (seen === undefined) continue;
      pods.set(seen.addresses[0], seen);
      for (const address of seen.addresses) {
        if (pod.spec.nodeName === nodeName) here.add(address);
        else here.delete(address);
      }
    }
    for (const { spec } of nodes.list()) for (const proxy of this.#proxiesOf(spec?.podCIDR ?? '')) proxies.add(proxy);
    const labels = new Map<string, Labels>(
      namespaces.list().map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
    return {
      inputs: { policies: policies.list(), pods: [...pods.values(), ...this.#dns()], namespaces: labels },
      here,
      proxies,
    };
  }

  *#pods(): Iterable<{ readonly pod: Pod; readonly addresses: readonly string[] | undefined }> {
    const all = this.#options.allPods();
    for (const pod of all.list()) if (!this.#starting.has(pod.metadata.uid)) yield { pod, addresses: undefined };
    for (const [uid, { pod, addresses }] of this.#starting) yield { pod: all.byUid(uid) ?? pod, addresses };
  }

  #see(pod: Pod, addresses: readonly string[] | undefined): PolicyPod | undefined {
    if (addresses !== undefined) return policyPod(pod, addresses);
    const before = this.#seen.get(pod);
    if (before !== undefined) return before.pod;
    const seen = policyPod(pod);
    this.#seen.set(pod, { pod: seen });
    return seen;
  }

  /** The node answers for names itself; policies that let pods ask name the pods that upstream has for it. */
  #dns(): readonly PolicyPod[] {
    const [first, ...more] = this.#options.dns.flatMap(address => parseIpNumber(address) ?? []);
    if (first === undefined) return [];
    const ports: PolicyPod['ports'] = [
      { name: 'dns', protocol: 'UDP', number: 53 },
      { name: 'dns-tcp', protocol: 'TCP', number: 53 },
    ];
    return [{ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, addresses: [first, ...more], ports }];
  }

  /** None for a node without addresses yet. */
  #proxiesOf(podCidr: string): readonly IpNumber[] {
    if (parseIpv4(podCidr.split('/')[0] ?? '') === undefined) return [];
    const proxy = proxyAddressOf(parseCidr(podCidr));
    const twin = parseIpNumber(this.#options.twins?.address(formatIpv4(proxy)) ?? '');
    return twin === undefined ? [proxy] : [proxy, twin];
  }

  #followPods(): void {
    if (this.#followsPods) return;
    this.#followsPods = true;
    this.#following.push(
      this.#options.allPods().subscribe({
        changed: (now, before) => {
          if (before === undefined || !isSameTo(now, before)) this.#changed();
        },
        removed: () => this.#changed(),
      }),
    );
  }
}

interface Starting {
  readonly pod: Pod;
  readonly addresses: readonly string[];
}

/** For policies. */
const isSameTo = (now: Pod, before: Pod): boolean =>
  isDeepEqual(podIpsOf(now.status), podIpsOf(before.status)) &&
  now.status.phase === before.status.phase &&
  isDeepEqual(now.metadata.labels, before.metadata.labels);
