import { hostPortsOf } from '../kinds/core/v1/host-ports.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { NodeView, Resources } from './contract.ts';
import { podRequests, resourcesOf } from './pod-requests.ts';

/** A node and the pods on it, counted up as they come and down as they go. */
export class NodeLoad implements NodeView {
  readonly name: string;
  /** Its place among the nodes that were listed last. */
  index = 0;
  readonly #pods = new Map<string, Pod>();
  readonly #hostPorts = new Map<string, number>();
  readonly #requested = { milliCpu: 0, memory: 0, ephemeralStorage: 0, pods: 0, others: new Map<string, number>() };
  readonly #likely = { milliCpu: 0, memory: 0 };
  #node: Node;
  #allocatable: Resources;
  #list: readonly Pod[] | undefined;
  readonly #affine = new Map<string, Pod>();
  #affineList: readonly Pod[] | undefined = [];

  constructor(node: Node) {
    this.name = node.metadata.name;
    this.#node = node;
    this.#allocatable = resourcesOf(node.status.allocatable);
  }

  get node(): Node {
    return this.#node;
  }
  set node(node: Node) {
    this.#node = node;
    this.#allocatable = resourcesOf(node.status.allocatable);
  }
  get labels(): Readonly<Record<string, string>> {
    return this.#node.metadata.labels ?? {};
  }
  get allocatable(): Resources {
    return this.#allocatable;
  }
  get requested(): Resources {
    return this.#requested;
  }
  get likely(): { readonly milliCpu: number; readonly memory: number } {
    return this.#likely;
  }
  get hostPorts(): ReadonlyMap<string, number> {
    return this.#hostPorts;
  }
  get affinePods(): readonly Pod[] {
    this.#affineList ??= [...this.#affine.values()];
    return this.#affineList;
  }
  get pods(): readonly Pod[] {
    this.#list ??= [...this.#pods.values()];
    return this.#list;
  }

  add(pod: Pod): void {
    const before = this.#pods.get(pod.metadata.uid);
    const takesSame =
      before !== undefined &&
      before.spec.containers === pod.spec.containers &&
      podRequests(before) === podRequests(pod);
    if (before !== undefined && !takesSame) this.#count(before, -1);
    this.#pods.set(pod.metadata.uid, pod);
    this.#list = undefined;
    if (isAffine(pod)) {
      this.#affine.set(pod.metadata.uid, pod);
      this.#affineList = undefined;
    }
    if (!takesSame) this.#count(pod, 1);
  }

  remove(uid: string): void {
    const pod = this.#pods.get(uid);
    if (pod === undefined) return;
    this.#pods.delete(uid);
    this.#list = undefined;
    if (this.#affine.delete(uid)) this.#affineList = undefined;
    this.#count(pod, -1);
  }

  #count(pod: Pod, sign: 1 | -1): void {
    const { requested, likely } = podRequests(pod);
    this.#requested.milliCpu += sign * requested.milliCpu;
    this.#requested.memory += sign * requested.memory;
    this.#requested.ephemeralStorage += sign * requested.ephemeralStorage;
    this.#requested.pods += sign;
    for (const [name, amount] of requested.others) addTo(this.#requested.others, name, sign * amount);
    this.#likely.milliCpu += sign * likely.milliCpu;
    this.#likely.memory += sign * likely.memory;
    for (const port of hostPortsOf(pod.spec)) addTo(this.#hostPorts, port, sign);
  }
}

export const isAffine = ({ spec }: Pod): boolean =>
  spec.affinity?.podAffinity !== undefined || spec.affinity?.podAntiAffinity !== undefined;

function addTo(map: Map<string, number>, key: string, amount: number): void {
  const total = (map.get(key) ?? 0) + amount;
  if (total === 0) map.delete(key);
  else map.set(key, total);
}
