import { hostPortsOf } from '../kinds/core/v1/host-ports.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { NodeView, Resources, Supposed } from './contract.ts';
import { isAffine } from './node-load.ts';
import { podRequests } from './pod-requests.ts';

/**
 * A node without some of its pods and with others. What filters ask of it is worked out as it is asked for: of very
 * many nodes little more than what is left of their resources ever is.
 */
export class SupposedNode implements NodeView, Supposed {
  readonly without: Set<Pod>;
  readonly added: ReadonlySet<Pod>;
  readonly #base: NodeView;
  readonly #requested: Amounts;
  #pods: readonly Pod[] | undefined;

  constructor(base: NodeView, { without, added }: Supposed) {
    this.#base = base;
    this.without = new Set(without);
    this.added = added;
    // Whichever are fewer are counted: those that go, or those that stay.
    const isMostGone = without.size * 2 > base.pods.length;
    this.#requested = isMostGone ? nothing() : { ...base.requested, others: new Map(base.requested.others) };
    if (isMostGone) for (const pod of base.pods) if (!without.has(pod)) this.#count(pod, 1);
    if (!isMostGone) for (const pod of without) this.#count(pod, -1);
    for (const pod of added) this.#count(pod, 1);
  }

  get node(): Node {
    return this.#base.node;
  }
  get name(): string {
    return this.#base.name;
  }
  get labels(): Readonly<Record<string, string>> {
    return this.#base.labels;
  }
  get allocatable(): Resources {
    return this.#base.allocatable;
  }
  get requested(): Resources {
    return this.#requested;
  }
  get likely(): NodeView['likely'] {
    let [milliCpu, memory] = [0, 0];
    for (const pod of this.pods) {
      const { likely } = podRequests(pod);
      milliCpu += likely.milliCpu;
      memory += likely.memory;
    }
    return { milliCpu, memory };
  }
  get pods(): readonly Pod[] {
    this.#pods ??= [...this.#base.pods.filter(pod => !this.without.has(pod)), ...this.added];
    return this.#pods;
  }
  get affinePods(): readonly Pod[] {
    return this.pods.filter(isAffine);
  }
  get hostPorts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const port of this.pods.flatMap(({ spec }) => hostPortsOf(spec)))
      counts.set(port, (counts.get(port) ?? 0) + 1);
    return counts;
  }

  /** A pod of the node that was thought away is there after all. */
  putBack(pod: Pod): void {
    if (this.without.delete(pod)) this.#count(pod, 1);
  }

  takeAway(pod: Pod): void {
    this.without.add(pod);
    this.#count(pod, -1);
  }

  #count(pod: Pod, sign: 1 | -1): void {
    this.#pods = undefined;
    const { requested } = podRequests(pod);
    this.#requested.milliCpu += sign * requested.milliCpu;
    this.#requested.memory += sign * requested.memory;
    this.#requested.ephemeralStorage += sign * requested.ephemeralStorage;
    this.#requested.pods += sign;
    for (const [name, amount] of requested.others) {
      this.#requested.others.set(name, (this.#requested.others.get(name) ?? 0) + sign * amount);
    }
  }
}

interface Amounts {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  pods: number;
  readonly others: Map<string, number>;
}

const nothing = (): Amounts => ({ milliCpu: 0, memory: 0, ephemeralStorage: 0, pods: 0, others: new Map() });
