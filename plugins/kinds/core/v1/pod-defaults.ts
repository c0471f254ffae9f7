import { mapShared } from '../../../../src/base/map-shared.ts';
import { withHostPorts, withRequests } from './container-defaults.ts';
import type { PodObject } from './pod-object.ts';
import { defaultPodSpec } from './pod-spec-defaults.ts';
import type { PodSpec } from './pod-spec.ts';
import { qosClassOf } from './qos-class.ts';

/** Defaults of a pod that depend on other fields; what only pods have, not their templates, is added here. */
export function defaultPod<P extends PodObject>(pod: P): P {
  const spec = withPodDefaults(defaultPodSpec(pod.spec));
  const { phase = 'Pending', qosClass = qosClassOf(spec) } = pod.status;
  const isSettled = phase === pod.status.phase && qosClass === pod.status.qosClass;
  const status = isSettled ? pod.status : { ...pod.status, phase, qosClass };
  return spec === pod.spec && status === pod.status ? pod : { ...pod, spec, status };
}

function withPodDefaults(spec: PodSpec): PodSpec {
  const withPorts = spec.hostNetwork === true ? withHostPorts : <C>(container: C): C => container;
  const containers = mapShared(spec.containers, container => withPorts(withRequests(container)));
  const initContainers = mapShared(spec.initContainers ?? [], container => withPorts(withRequests(container)));
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
