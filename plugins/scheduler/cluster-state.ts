import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { controllerOf } from '../../src/sdk/controller-reference.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { ClaimUses } from './claim-uses.ts';
import { AmountRows } from './amount-rows.ts';
import type { ClusterView } from './contract.ts';
import { NodeLoad } from './node-load.ts';
import { Nominations } from './nominations.ts';

/**
 * Nodes and where pods are. A pod counts on the node it was decided for from that moment on, until the
 * API shows it bound (`place`) or the bind has failed (`remove`).
 */
export class ClusterState implements ClusterView {
  readonly nominations = new Nominations();
  readonly #nodes = new Map<string, NodeLoad>();
  /** Where each pod counts, by uid. */
  readonly #places = new Map<string, string>();
  /** Pods bound to nodes not known here (yet). */
  readonly #homeless = new Map<string, Pod>();
  #listed: { readonly nodes: readonly NodeLoad[]; readonly amounts: AmountRows } | undefined;
  /** Controller -> node -> how many of its pods. */
  readonly #controlled = new Map<string, Map<string, number>>();
  readonly #affine = new Set<NodeLoad>();
  readonly #claimUses = new ClaimUses();
  readonly #controllers = new Map<string, string>();
  readonly #namespaceLabels: (name: string) => Readonly<Record<string, string>>;

  constructor(namespaceLabels: (name: string) => Readonly<Record<string, string>> = () => ({})) {
    this.#namespaceLabels = namespaceLabels;
  }

  get nodes(): readonly NodeLoad[] {
    return this.#list().nodes;
  }

  get amounts(): AmountRows {
    return this.#list().amounts;
  }

  get affineNodes(): Iterable<NodeLoad> {
    return this.#affine;
  }

  get nominated(): ReadonlyMap<string, ReadonlySet<Pod>> {
    return this.nominations.byNode;
  }

  indexOf(node: string): number | undefined {
    this.#list();
    return this.#nodes.get(node)?.index;
  }

  controlledBy(uid: string): ReadonlyMap<string, number> {
    return this.#controlled.get(uid) ?? NONE;
  }

  claimUses(namespace: string, claim: string): number {
    return this.#claimUses.countOf(namespace, claim);
  }

  labelsOfNamespace(name: string): Readonly<Record<string, string>> {
    return this.#namespaceLabels(name);
  }

  node(name: string): NodeLoad | undefined {
    return this.#nodes.get(name);
  }

  putNode(node: Node): void {
    const known = this.#nodes.get(node.metadata.name);
    if (known !== undefined) {
      const { spec, status } = known.node;
      const isAlike =
        (spec.unschedulable === true) === (node.spec.unschedulable === true) &&
        isDeepEqual(spec.taints, node.spec.taints) &&
        isDeepEqual(status.images, node.status.images);
      known.node = node;
      if (isAlike) this.#listed?.amounts.write(known.index, known);
      else this.#listed = undefined;
      return;
    }
    const load = new NodeLoad(node);
    this.#nodes.set(load.name, load);
    this.#listed = undefined;
    for (const [uid, pod] of this.#homeless) {
      if (this.#places.get(uid) === load.name) this.place(pod, load.name);
    }
  }

  dropNode(name: string): void {
    const load = this.#nodes.get(name);
    if (load === undefined) return;
    this.#nodes.delete(name);
    this.#affine.delete(load);
    this.#listed = undefined;
    for (const pod of load.pods) this.#homeless.set(pod.metadata.uid, pod);
  }

  /** A pod without a node, as the API shows it: where room is made for it, unless it has been decided for already. */
  expect(pod: Pod, before: Pod | undefined): void {
    if (!this.#places.has(pod.metadata.uid)) this.nominations.seen(pod, before);
  }

  place(pod: Pod, nodeName: string): void {
    const { uid } = pod.metadata;
    this.nominations.drop(uid);
    const before = this.#places.get(uid);
    if (before !== undefined && before !== nodeName) this.remove(uid);
    if (before !== nodeName) {
      this.#countControlled(pod, nodeName);
      this.#claimUses.add(pod);
    }
    this.#places.set(uid, nodeName);
    const load = this.#nodes.get(nodeName);
    if (load === undefined) {
      this.#homeless.set(uid, pod);
      return;
    }
    this.#homeless.delete(uid);
    load.add(pod);
    this.#listed?.amounts.write(load.index, load);
    if (load.affinePods.length > 0) this.#affine.add(load);
  }

  remove(uid: string): void {
    const nodeName = this.#places.get(uid);
    if (nodeName === undefined) return;
    this.#places.delete(uid);
    this.#homeless.delete(uid);
    this.#uncountControlled(uid, nodeName);
    this.#claimUses.remove(uid);
    const load = this.#nodes.get(nodeName);
    if (load === undefined) return;
    load.remove(uid);
    this.#listed?.amounts.write(load.index, load);
    if (load.affinePods.length === 0) this.#affine.delete(load);
  }

  #list(): { readonly nodes: readonly NodeLoad[]; readonly amounts: AmountRows } {
    if (this.#listed === undefined) {
      const nodes = [...this.#nodes.values()];
      for (const [index, node] of nodes.entries()) node.index = index;
      this.#listed = { nodes, amounts: new AmountRows(nodes) };
    }
    return this.#listed;
  }

  #countControlled(pod: Pod, nodeName: string): void {
    const controller = controllerOf(pod)?.uid;
    if (controller === undefined) return;
    this.#controllers.set(pod.metadata.uid, controller);
    const nodes = this.#controlled.get(controller) ?? new Map<string, number>();
    this.#controlled.set(controller, nodes.set(nodeName, (nodes.get(nodeName) ?? 0) + 1));
  }

  #uncountControlled(uid: string, nodeName: string): void {
    const controller = this.#controllers.get(uid);
    this.#controllers.delete(uid);
    const nodes = controller === undefined ? undefined : this.#controlled.get(controller);
    if (controller === undefined || nodes === undefined) return;
    const left = (nodes.get(nodeName) ?? 0) - 1;
    if (left > 0) nodes.set(nodeName, left);
    else nodes.delete(nodeName);
    if (nodes.size === 0) this.#controlled.delete(controller);
  }
}

const NONE: ReadonlyMap<string, number> = new Map();
