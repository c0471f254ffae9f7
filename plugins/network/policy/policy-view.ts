import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { parseCidr, parseIpv4 } from '../../../src/base/ipv4.ts';
import type { Labels } from '../../../src/api/label-selector.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import type { Namespace } from '../../kinds/core/v1/namespace.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import { proxyAddressOf } from '../address-pool.ts';
import type { PolicyInputs } from './plan-policies.ts';
import { policyPod, type PolicyPod } from './policy-pod.ts';

export interface PolicyViewOptions {
  readonly nodeName: string;
  readonly podCidr: string;
  readonly dns: string;
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
  readonly here: ReadonlySet<number>;
  readonly proxies: ReadonlySet<number>;
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

  starting(pod: Pod, podIp: string): void {
    for (const [uid, { address }] of this.#starting) if (address === podIp) this.#starting.delete(uid);
    this.#starting.set(pod.metadata.uid, { pod, address: podIp });
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
    const proxies = new Set([proxyAddressOf(parseCidr(podCidr))]);
    if (policies.list().length === 0)
      return { inputs: { policies: [], pods: [], namespaces: new Map() }, here: new Set(), proxies };
    const pods = new Map<number, PolicyPod>();
    const here = new Set<number>();
    for (const { pod, address } of this.#pods()) {
      const seen = this.#see(pod, address);
      // Of two that say they have an address, the one that was given it here comes last and has it.
      if (seen === undefined) continue;
      pods.set(seen.address, seen);
      if (pod.spec.nodeName === nodeName) here.add(seen.address);
      else here.delete(seen.address);
    }
    for (const { spec } of nodes.list()) {
      const cidr = spec?.podCIDR ?? '';
      if (parseIpv4(cidr.split('/')[0] ?? '') !== undefined) proxies.add(proxyAddressOf(parseCidr(cidr)));
    }
    const labels = new Map<string, Labels>(
      namespaces.list().map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
    return {
      inputs: { policies: policies.list(), pods: [...pods.values(), this.#dns()], namespaces: labels },
      here,
      proxies,
    };
  }

  *#pods(): Iterable<{ readonly pod: Pod; readonly address: string | undefined }> {
    const all = this.#options.allPods();
    for (const pod of all.list()) if (!this.#starting.has(pod.metadata.uid)) yield { pod, address: undefined };
    for (const [uid, { pod, address }] of this.#starting) yield { pod: all.byUid(uid) ?? pod, address };
  }

  #see(pod: Pod, address: string | undefined): PolicyPod | undefined {
    if (address !== undefined) return policyPod(pod, address);
    const before = this.#seen.get(pod);
    if (before !== undefined) return before.pod;
    const seen = policyPod(pod);
    this.#seen.set(pod, { pod: seen });
    return seen;
  }

  /** The node answers for names itself; policies that let pods ask name the pods that upstream has for it. */
  #dns(): PolicyPod {
    return {
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns' },
      address: parseIpv4(this.#options.dns) ?? 0,
      ports: [
        { name: 'dns', protocol: 'UDP', number: 53 },
        { name: 'dns-tcp', protocol: 'TCP', number: 53 },
      ],
    };
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
  readonly address: string;
}

/** For policies. */
const isSameTo = (now: Pod, before: Pod): boolean =>
  now.status.podIP === before.status.podIP &&
  now.status.phase === before.status.phase &&
  isDeepEqual(now.metadata.labels, before.metadata.labels);
