import type { WriteContext } from '../../../../src/api/resource.ts';
import { timeOf } from '../../../../src/base/timestamp.ts';
import type { PodObject } from './pod-object.ts';
import { qosClassOf } from './qos-class.ts';
import { withLabelKeys } from './with-label-keys.ts';

/** What the server says of a new pod: its class, that its gates keep it from being placed, and whom its selectors mean. */
export function prepareNewPod<P extends PodObject>(pod: P, { nowMs }: WriteContext): P {
  const spec = withLabelKeys(pod.spec, pod.metadata.labels ?? {});
  const qosClass = qosClassOf(spec);
  const isGated = (spec.schedulingGates ?? []).length > 0;
  if (!isGated && qosClass === pod.status.qosClass) return spec === pod.spec ? pod : { ...pod, spec };
  if (!isGated) return { ...pod, spec, status: { ...pod.status, qosClass } };
  const gated = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: timeOf(nowMs),
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  } as const;
  return { ...pod, spec, status: { ...pod.status, qosClass, conditions: [gated] } };
}
