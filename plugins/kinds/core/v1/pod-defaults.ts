import { mapShared } from '../../../../src/base/map-shared.ts';
import { withDefaultHostPorts, withDefaultRequests } from './container-defaults.ts';
import type { PodObject } from './pod-object.ts';
import { defaultPodSpec } from './pod-spec-defaults.ts';
import type { PodStatus } from './pod-status.ts';
import type { PodSpec } from './pod-spec.ts';
import { containersTogether } from './pod-resources.ts';
import { qosClassOf } from './qos-class.ts';

/** Defaults of a pod that depend on other fields; what only pods have, not their templates, is added here. */
export function defaultPod<P extends PodObject>(pod: P): P {
  const spec = withPodDefaults(defaultPodSpec(pod.spec));
  const addressed = withAddresses(pod.status);
  const { phase = 'Pending', qosClass = qosClassOf(spec) } = addressed;
  const isSettled = phase === addressed.phase && qosClass === addressed.qosClass;
  const status = isSettled ? addressed : { ...addressed, phase, qosClass };
  return spec === pod.spec && status === pod.status ? pod : { ...pod, spec, status };
}

/** `podIP` is the first of `podIPs`; where they differ the single one counts, as older nodes write no other. */
function withAddresses(status: PodStatus): PodStatus {
  const { podIP, podIPs = [] } = status;
  const [first] = podIPs;
  if (podIP === undefined) return first === undefined ? status : { ...status, podIP: first.ip };
  return first?.ip === podIP ? status : { ...status, podIPs: [{ ip: podIP }] };
}

function withPodDefaults(given: PodSpec): PodSpec {
  const spec = withServing(given);
  const resources = podResourcesOf(spec);
  const isSame = resources === spec.resources && spec.terminationGracePeriodSeconds >= 0;
  if (isSame) return spec;
  return {
    ...spec,
    ...(resources === undefined ? {} : { resources }),
    // Less than no time is as little as there is. Of pods only, their templates keep what they say.
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds < 0 ? 1 : spec.terminationGracePeriodSeconds,
  };
}

/** What a pod that says something of its own resources leaves out: it follows from its containers and limits. */
function podResourcesOf(spec: PodSpec): PodSpec['resources'] {
  const { resources } = spec;
  if (resources === undefined) return undefined;
  const { limits: given = {}, requests: wanted = {} } = resources;
  if (Object.keys(given).length + Object.keys(wanted).length === 0) return resources;
  const huge = Object.entries(containersTogether(spec, 'limits')).filter(
    ([name]) => isHugePages(name) && !Object.hasOwn(wanted, name) && !Object.hasOwn(given, name),
  );
  const limits = { ...given, ...Object.fromEntries(huge) };
  const hasLimits = Object.keys(limits).length > 0;
  const ofContainers = Object.entries(containersTogether(spec, 'requests')).filter(([name]) => OVERCOMMITTED.has(name));
  const ofLimits = Object.entries(limits).filter(([name]) => OVERCOMMITTED.has(name) || isHugePages(name));
  const requests = hasLimits
    ? { ...Object.fromEntries(ofLimits), ...Object.fromEntries(ofContainers), ...wanted }
    : wanted;
  const isSame = huge.length === 0 && Object.keys(requests).length === Object.keys(wanted).length;
  return isSame ? resources : { ...resources, ...(hasLimits ? { limits } : {}), requests };
}

const OVERCOMMITTED: ReadonlySet<string> = new Set(['cpu', 'memory']);
const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

function withServing(spec: PodSpec): PodSpec {
  const withPorts = spec.hostNetwork === true ? withDefaultHostPorts : <C>(container: C): C => container;
  const containers = mapShared(spec.containers, container => withPorts(withDefaultRequests(container)));
  const initContainers = mapShared(spec.initContainers ?? [], container => withPorts(withDefaultRequests(container)));
  const isSame =
    containers === spec.containers &&
    initContainers === (spec.initContainers ?? initContainers) &&
    spec.enableServiceLinks !== undefined;
  if (isSame) return spec;
  return {
    ...spec,
    containers,
    ...(spec.initContainers === undefined ? {} : { initContainers }),
    enableServiceLinks: spec.enableServiceLinks ?? true,
  };
}
