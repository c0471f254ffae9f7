import type { Logger } from '../../../src/kernel/logger.ts';
import type { Pod } from '../pod.ts';
import type { AllowedSysctls } from '../sandbox/sysctls.ts';
import { isCritical } from './critical-pod.ts';
import type { NodeAccount } from './node-account.ts';
import { planPreemption, preemptionFailure } from './plan-preemption.ts';
import { refusalsOf, type AdmittingNode, type Refusal } from './refusals.ts';
import type { Shortage } from './shortages.ts';
import type { Taken } from './taken.ts';

/** Where this node's Node is known. */
export interface NodeSource {
  /** As it was when it was last heard of. */
  latest(this: void): AdmittingNode | undefined;
  fetch(this: void): Promise<AdmittingNode>;
}

export interface PreemptablePod {
  readonly pod: Pod;
  /** Ends it for the sake of a critical pod; resolves once it is gone, or has had its time. */
  readonly preempt: () => Promise<void>;
}

export interface AdmissionDeps {
  readonly source: NodeSource;
  readonly account: NodeAccount;
  readonly log: Logger;
  /** Why no pod is taken on. */
  readonly closed: () => Refusal | undefined;
  /** Why a pod would add to what the node is short of. */
  readonly pressed: (pod: Pod) => string | undefined;
  /** Why a pod's sysctls are not its to set. */
  readonly sysctls: Pick<AllowedSysctls, 'refusal'>;
  /** Pods that run here and are not on their way out. */
  readonly pods: () => readonly PreemptablePod[];
}

/** Which pods a node takes on: each is judged once, beside those before it. Critical ones push others out. */
export class NodeAdmission {
  readonly #deps: AdmissionDeps;
  #preempting: Promise<void> | undefined;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  /**
   * Why the pod is not taken on; it is, if there is no reason. What may only be refused because the Node was
   * changed lately is judged once more by what the API says. Throws what asking that throws.
   */
  async admit(pod: Pod, taken: Taken): Promise<Refusal | undefined> {
    const closed = this.#deps.closed();
    if (closed !== undefined) return closed;
    const pressed = this.#deps.pressed(pod);
    if (pressed !== undefined) return { reason: 'Evicted', message: pressed };
    const forbidden = this.#deps.sysctls.refusal(pod.spec);
    if (forbidden !== undefined) return { reason: 'SysctlForbidden', message: forbidden };
    for (;;) {
      const refusals = await this.#refusals(pod, taken);
      const [first] = refusals;
      if (first === undefined) return undefined;
      if (this.#preempting === undefined) return isCritical(pod) ? this.#push(pod, taken, refusals) : first;
      // There may be room once those are gone that go already.
      await this.#preempting;
    }
  }

  async #refusals(pod: Pod, taken: Taken): Promise<readonly Refusal[]> {
    const { latest, fetch } = this.#deps.source;
    const known = latest();
    if (known !== undefined && this.#judge(pod, taken, known).length === 0) return [];
    return this.#judge(pod, taken, await fetch());
  }

  #judge(pod: Pod, taken: Taken, node: AdmittingNode): readonly Refusal[] {
    const { account } = this.#deps;
    const { uid } = pod.metadata;
    const refusals = refusalsOf(pod, taken, account.without(uid), node);
    if (refusals.length === 0) account.take(uid, taken);
    return refusals;
  }

  /** Nobody who goes could help against what else there may be. */
  async #push(pod: Pod, taken: Taken, refusals: readonly Refusal[]): Promise<Refusal | undefined> {
    const other = refusals.find(({ shortage }) => shortage === undefined);
    if (other !== undefined) return other;
    const shortages = refusals.flatMap(({ shortage }) => shortage ?? []);
    const plan = planPreemption(pod, this.#candidates(), shortages);
    if ('missing' in plan) return { reason: 'UnexpectedAdmissionError', message: preemptionFailure(plan.missing) };
    this.#deps.account.take(pod.metadata.uid, taken);
    this.#tell(pod, plan.victims, shortages);
    this.#preempting = Promise.all(plan.victims.map(({ preempt }) => preempt())).then(() => {
      this.#preempting = undefined;
    });
    await this.#preempting;
    return undefined;
  }

  #candidates() {
    return this.#deps.pods().flatMap(each => {
      const taken = this.#deps.account.of(each.pod.metadata.uid);
      return taken === undefined ? [] : [{ ...each, amounts: taken.amounts }];
    });
  }

  #tell({ metadata }: Pod, victims: readonly PreemptablePod[], shortages: readonly Shortage[]): void {
    this.#deps.log.info('pods have to go for a critical one', {
      pod: `${metadata.namespace ?? ''}/${metadata.name}`,
      going: victims.map(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`),
      shortOf: shortages.map(({ resource }) => resource),
    });
  }
}
