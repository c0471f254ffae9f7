import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { heldByPod } from '../../kinds/core/v1/pod-resources.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import { isExtended, isHugePages, isNative } from '../../kinds/core/v1/resource-names.ts';
import type { ResourceList } from '../../kinds/core/v1/resource-list.ts';
import type { ResourceRequirements } from '../../kinds/core/v1/resource-requirements.ts';
import type { ScopedResourceSelectorRequirement } from '../../kinds/core/v1/resource-quota-spec.ts';
import { amountsOf, ONE, type Amounts } from '../amounts.ts';
import { countName } from './count-evaluator.ts';
import { reachesOtherNamespaces } from './reaches-other-namespaces.ts';
import type { Evaluator } from './evaluator.ts';
import { selectsScopeValues } from './selects-scope-values.ts';

const COUNT = countName('pods');
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'] as const;
const NAMES: ReadonlySet<string> = new Set([
  COUNT,
  'pods',
  ...COMPUTE.flatMap(name => [name, `requests.${name}`, `limits.${name}`]),
]);
/** What each container has to say where a quota limits it: a mistake of the first days that stays. */
const REQUIRED: ReadonlySet<string> = new Set(
  ['cpu', 'memory'].flatMap(name => [name, `requests.${name}`, `limits.${name}`]),
);
const DEVICE_CLASS = 'deviceclass.resource.kubernetes.io/';

export const podEvaluator: Evaluator = {
  resource: 'pods',
  concerns: ({ operation, subresource, object, oldObject }) => {
    if (subresource === 'resize') return true;
    if (subresource !== '') return false;
    return operation === 'CREATE' || isTerminating(object as Pod) !== isTerminating(oldObject as Pod);
  },
  counts: name =>
    NAMES.has(name) ||
    isHugePages(name) ||
    (name.startsWith('requests.') && (isHugePages(name.slice('requests.'.length)) || isOfOthers(name))),
  isWithin: (scope, object) => isWithin(scope, object as Pod),
  lacks: (names, object) => lackOf(names, (object as Pod).spec),
  usage: (object, nowMs) => usageOf(object as Pod, nowMs),
  hasChanged: (now, before, nowMs) => {
    const [pod, old] = [now, before] as [Pod, Pod];
    return (
      isTerminating(pod) !== isTerminating(old) ||
      isCharged(pod, nowMs) !== isCharged(old, nowMs) ||
      hasOtherResources(pod, old)
    );
  },
};

const isOfOthers = (name: string): boolean => !isNative(name) || name.startsWith(`requests.${DEVICE_CLASS}`);

function usageOf(pod: Pod, nowMs: number): Amounts {
  if (!isCharged(pod, nowMs)) return new Map([[COUNT, ONE]]);
  return new Map([[COUNT, ONE], ...computeUsage(heldByPod(pod, 'requests'), heldByPod(pod, 'limits'))]);
}

function computeUsage(requests: ResourceList, limits: ResourceList): Amounts {
  const usage = new Map([['pods', ONE]]);
  const limited = amountsOf(limits);
  for (const [name, amount] of amountsOf(requests)) {
    const isCompute = COMPUTE.some(each => each === name);
    if (isCompute || isHugePages(name)) usage.set(name, amount);
    if (isCompute || isHugePages(name) || isExtended(name) || name.startsWith(DEVICE_CLASS)) {
      usage.set(`requests.${name}`, amount);
    }
  }
  for (const name of COMPUTE) {
    const limit = limited.get(name);
    if (limit !== undefined) usage.set(`limits.${name}`, limit);
  }
  return usage;
}

/** Pods that have ended, or ought to have, hold nothing any more but their place in the store. */
function isCharged({ metadata, status }: Pod, nowMs: number): boolean {
  if (status.phase === 'Failed' || status.phase === 'Succeeded') return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return nowMs <= (timeMs(deletionTimestamp) ?? nowMs) + deletionGracePeriodSeconds * 1000;
}

const isTerminating = ({ spec }: Pod): boolean => (spec.activeDeadlineSeconds ?? -1) >= 0;

function isWithin(scope: ScopedResourceSelectorRequirement, pod: Pod): boolean {
  const { spec, status } = pod;
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(pod);
    case 'NotTerminating':
      return !isTerminating(pod);
    case 'BestEffort':
      return (status.qosClass ?? qosClassOf(spec)) === 'BestEffort';
    case 'NotBestEffort':
      return (status.qosClass ?? qosClassOf(spec)) !== 'BestEffort';
    case 'PriorityClass': {
      const { priorityClassName: name = '' } = spec;
      return selectsScopeValues(scope, new Set(name === '' ? [] : [name]));
    }
    case 'CrossNamespacePodAffinity':
      return reachesOtherNamespaces(spec.affinity);
    default:
      return false;
  }
}

function lackOf(names: ReadonlySet<string>, spec: Pod['spec']): string | undefined {
  if (saysOfItself(spec.resources)) return undefined;
  const missing = new Map<string, Set<string>>();
  for (const { name: container, resources } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const said = computeUsage(resources.requests ?? {}, resources.limits ?? {});
    for (const name of names) {
      if (!REQUIRED.has(name) || said.has(name)) continue;
      missing.set(name, (missing.get(name) ?? new Set()).add(container));
    }
  }
  if (missing.size === 0) return undefined;
  const parts = [...missing.keys()]
    .sort()
    .map(name => `${name} for: ${[...(missing.get(name) ?? [])].sort().join(',')}`);
  return `must specify ${parts.join('; ')}`;
}

const saysOfItself = ({ requests = {}, limits = {} }: ResourceRequirements = {}): boolean =>
  [...Object.keys(requests), ...Object.keys(limits)].some(
    name => name === 'cpu' || name === 'memory' || isHugePages(name),
  );

/** Some container has got other resources than it had. */
function hasOtherResources(now: Pod, before: Pod): boolean {
  const had = statusesOf(before);
  return statusesOf(now).some(({ name, resources }) => {
    const old = had.find(status => status.name === name);
    return old !== undefined && !isDeepEqual(resources, old.resources);
  });
}

const statusesOf = ({ status }: Pod) => [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
