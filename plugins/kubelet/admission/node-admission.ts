import type { Pod } from '../pod.ts';
import { refusalOf, type AdmittingNode, type Refusal } from './refuse-pod.ts';

/** Where this node's Node is known. */
export interface NodeSource {
  /** As it was when it was last heard of. */
  latest(this: void): AdmittingNode | undefined;
  fetch(this: void): Promise<AdmittingNode>;
}

/** Which pods a node has taken on: each is judged once, beside those before it. */
export class NodeAdmission {
  readonly #source: NodeSource;
  /** Why a pod would add to what the node is short of. */
  readonly #pressed: (pod: Pod) => string | undefined;
  readonly #admitted = new Map<string, Pod>();

  constructor(source: NodeSource, pressed: (pod: Pod) => string | undefined = () => undefined) {
    this.#source = source;
    this.#pressed = pressed;
  }

  /** The pod runs here, or did before this daemon; or what it asks for has changed since. */
  keep(pod: Pod): void {
    this.#admitted.set(pod.metadata.uid, pod);
  }
  has(podUid: string): boolean {
    return this.#admitted.has(podUid);
  }
  release(podUid: string): void {
    this.#admitted.delete(podUid);
  }

  /**
   * Why the pod is not taken on; it is, if there is no reason. What may only be refused because the Node was
   * changed lately is judged once more by what the API says. Throws what asking that throws.
   */
  async admit(pod: Pod): Promise<Refusal | undefined> {
    const pressed = this.#pressed(pod);
    if (pressed !== undefined) return { reason: 'Evicted', message: pressed };
    const latest = this.#source.latest();
    const refusal = latest && this.#judge(pod, latest);
    if (latest !== undefined && refusal === undefined) return undefined;
    return this.#judge(pod, await this.#source.fetch());
  }

  #judge(pod: Pod, node: AdmittingNode): Refusal | undefined {
    const { uid } = pod.metadata;
    const others = [...this.#admitted.values()].filter(({ metadata }) => metadata.uid !== uid);
    const refusal = refusalOf(pod, others, node);
    if (refusal === undefined) this.keep(pod);
    return refusal;
  }
}
