import { milliUnits, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { collide, hostPortsOf } from '../../kinds/core/v1/host-ports.ts';
import { isChosenBy } from '../../kinds/core/v1/node-selection.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import { wholePod } from '../../kinds/core/v1/pod-resources.ts';
import { isExtended } from '../../kinds/core/v1/resource-names.ts';
import { isStaticPod } from '../../kinds/core/v1/static-pod.ts';
import { findUntolerated } from '../../kinds/core/v1/tolerates.ts';
import type { Pod } from '../pod.ts';
import { notEnough } from './not-enough.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** What of its Node a kubelet holds against new pods. */
export interface AdmittingNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly allocatable: Readonly<Record<string, string>>;
}

/**
 * Why a node will not run a pod that was bound to it, in the kubelet's words; `undefined` if it will. Whoever bound it
 * may have asked no scheduler, or one that knew another state of the node: pkg/kubelet/lifecycle/predicate.go.
 */
export function refusalOf(pod: Pod, others: readonly Pod[], node: AdmittingNode): Refusal | undefined {
  const { spec } = pod;
  if ((pod.metadata.labels?.['kubernetes.io/os'] ?? 'linux') !== 'linux') {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message };
  }
  if ((spec.os?.name ?? 'linux') !== 'linux') {
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  }
  const shortage = shortageFor(pod, others, node.allocatable);
  if (shortage !== undefined) return shortage;
  if (!isChosenBy(spec, node)) return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const used = others.flatMap(other => hostPortsOf(other.spec));
  if (hostPortsOf(spec).some(port => used.some(each => collide(port, each)))) {
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  }
  if (!isStaticPod(pod) && findUntolerated(node.taints, spec.tolerations ?? [], ['NoExecute']) !== undefined) {
    return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  }
  return undefined;
}

const failed = (reason: string, why: string): Refusal => ({ reason, message: `Predicate ${reason} failed: ${why}` });

/** Resources of others that this node does not have are somebody else's to count, unless they are the kubelet's own. */
function shortageFor(pod: Pod, others: readonly Pod[], allocatable: AdmittingNode['allocatable']): Refusal | undefined {
  const capacity = amountsOf(allocatable);
  const taken = new Map<string, number>([['pods', others.length]]);
  for (const { spec } of others) {
    for (const [name, amount] of amountsOf(wholePod(spec, 'requests'))) {
      taken.set(name, (taken.get(name) ?? 0) + amount);
    }
  }
  const wanted = new Map([['pods', 1], ...amountsOf(wholePod(pod.spec, 'requests'))]);
  for (const [name, requested] of wanted) {
    if (requested === 0 || (isExtended(name) && !capacity.has(name))) continue;
    const [used, total] = [taken.get(name) ?? 0, capacity.get(name) ?? 0];
    if (requested <= total - used) continue;
    return { reason: `OutOf${name}`, message: notEnough(name, requested, used, total) };
  }
  return undefined;
}

/** In the order in which they are judged; processors in thousandths. */
function amountsOf(list: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const first = ['cpu', 'memory', 'ephemeral-storage'].filter(name => Object.hasOwn(list, name));
  const rest = Object.keys(list).filter(name => !first.includes(name));
  return new Map(
    [...first, ...rest].map(name => {
      const quantity = parseQuantity(list[name] ?? '0');
      return [name, name === 'cpu' ? milliUnits(quantity) : wholeUnits(quantity)];
    }),
  );
}
