import type { Pod } from '../kinds/core/v1/pod.ts';

/**
 * Which node is being cleared for which pod: what pods' statuses say, and what has been decided here and is on its way
 * there.
 */
export class Nominations {
  readonly #byNode = new Map<string, Set<Pod>>();
  /** Where each pod is expected, by uid. */
  readonly #expected = new Map<string, { readonly pod: Pod; readonly node: string }>();

  get byNode(): ReadonlyMap<string, ReadonlySet<Pod>> {
    return this.#byNode;
  }

  nodeOf(uid: string): string | undefined {
    return this.#expected.get(uid)?.node;
  }

  put(pod: Pod, node: string): void {
    this.drop(pod.metadata.uid);
    this.#expected.set(pod.metadata.uid, { pod, node });
    const pods = this.#byNode.get(node) ?? new Set<Pod>();
    this.#byNode.set(node, pods.add(pod));
  }

  drop(uid: string): void {
    const expected = this.#expected.get(uid);
    if (expected === undefined) return;
    this.#expected.delete(uid);
    const pods = this.#byNode.get(expected.node);
    pods?.delete(expected.pod);
    if (pods?.size === 0) this.#byNode.delete(expected.node);
  }

  /** A pod as the API shows it. One that has not said anything of a node yet stays where it was decided for. */
  seen(pod: Pod, before: Pod | undefined): void {
    const { uid } = pod.metadata;
    const said = pod.status.nominatedNodeName ?? '';
    const saidBefore = before?.status.nominatedNodeName ?? '';
    if (said !== '') this.put(pod, said);
    else if (saidBefore !== '') this.drop(uid);
    else {
      const node = this.nodeOf(uid);
      if (node !== undefined) this.put(pod, node);
    }
  }
}
