import { dig, listAt, textAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';

export interface DrainRules {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDir: boolean;
}

export interface PodsToDrain {
  readonly chosen: readonly KubeObject[];
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

const MIRROR = 'kubernetes.io/config.mirror';
const isOver = (pod: KubeObject): boolean => ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
const controllerOf = (pod: KubeObject): unknown =>
  listAt(pod, 'metadata', 'ownerReferences').find(owner => dig(owner, 'controller') === true);

/** Which pods of a node are to go, and what speaks against it: k8s.io/kubectl/pkg/drain's filters. */
export function podsToDrain(pods: readonly KubeObject[], rules: DrainRules): PodsToDrain {
  const own = pods.filter(pod => textAt(pod, 'metadata', 'annotations', MIRROR) === '');
  const ofDaemonSets = own.filter(pod => textAt(controllerOf(pod), 'kind') === 'DaemonSet' && !isOver(pod));
  const others = own.filter(pod => !ofDaemonSets.includes(pod));
  const local = others.filter(
    pod => !isOver(pod) && listAt(pod, 'spec', 'volumes').some(volume => dig(volume, 'emptyDir') !== undefined),
  );
  const alone = others.filter(pod => !isOver(pod) && controllerOf(pod) === undefined);
  const problems = [
    ...(rules.ignoreDaemonSets
      ? []
      : told('cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)', ofDaemonSets)),
    ...(rules.deleteEmptyDir
      ? []
      : told('cannot delete Pods with local storage (use --delete-emptydir-data to override)', local)),
    ...(rules.force ? [] : told('cannot delete Pods that declare no controller (use --force to override)', alone)),
  ];
  const warnings = [
    ...told('deleting Pods that declare no controller', alone),
    ...told('ignoring DaemonSet-managed Pods', ofDaemonSets),
  ];
  return { chosen: others, warnings, problems };
}

const told = (what: string, pods: readonly KubeObject[]): readonly string[] =>
  pods.length === 0 ? [] : [`${what}: ${pods.map(pod => `${namespaceOf(pod)}/${nameOf(pod)}`).join(', ')}`];
