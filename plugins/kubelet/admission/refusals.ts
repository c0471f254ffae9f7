import { isChosenBy } from '../../kinds/core/v1/node-selection.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import { isStaticPod } from '../../kinds/core/v1/static-pod.ts';
import { findUntolerated } from '../../kinds/core/v1/tolerates.ts';
import type { Pod } from '../pod.ts';
import type { Others } from './node-account.ts';
import { notEnough, shortagesOf, type Shortage } from './shortages.ts';
import { amountsOf, type Taken } from './taken.ts';
import { wantsAppArmor } from './wants-app-armor.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
  /** It is for this alone: there is too little left. */
  readonly shortage?: Shortage;
}

/** What of its Node a kubelet holds against new pods. */
export interface AdmittingNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly hasAppArmor: boolean;
}

/**
 * Why a node will not run a pod that was bound to it, in the kubelet's words and the order of what it looks at; empty
 * if it will. Whoever bound it may have asked no scheduler, or one that knew another state of the node:
 * pkg/kubelet/lifecycle/predicate.go.
 */
export function refusalsOf(
  pod: Pod,
  { amounts, hostPorts }: Taken,
  others: Others,
  node: AdmittingNode,
): readonly Refusal[] {
  const { spec } = pod;
  if ((pod.metadata.labels?.['kubernetes.io/os'] ?? 'linux') !== 'linux') {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return [{ reason: 'PodOSSelectorNodeLabelDoesNotMatch', message }];
  }
  if ((spec.os?.name ?? 'linux') !== 'linux') {
    return [{ reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }];
  }
  const refusals: Refusal[] = shortagesOf(amounts, others, amountsOf(node.allocatable)).map(shortage => ({
    reason: `OutOf${shortage.resource}`,
    message: notEnough(shortage),
    shortage,
  }));
  if (!isChosenBy(spec, node)) {
    refusals.push(failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector"));
  }
  if (hostPorts.some(port => others.collides(port))) {
    refusals.push(failed('NodePorts', "node(s) didn't have free ports for the requested pod ports"));
  }
  if (!isStaticPod(pod) && findUntolerated(node.taints, spec.tolerations ?? [], ['NoExecute']) !== undefined) {
    refusals.push(failed('TaintToleration', "node(s) had taints that the pod didn't tolerate"));
  }
  // Without the profile that it asks for it would be less confined than it says.
  if (wantsAppArmor(pod) && !node.hasAppArmor) {
    refusals.push({ reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' });
  }
  return refusals;
}

const failed = (reason: string, why: string): Refusal => ({ reason, message: `Predicate ${reason} failed: ${why}` });
