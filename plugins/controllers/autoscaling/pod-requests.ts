import { milliUnits, parseQuantity } from '../../../src/base/quantity.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { MetricError } from './metric-error.ts';

/** How much of a resource each pod, or one container of it, asked for, in thousandths. Throws `MetricError`. */
export const podRequests = (pods: readonly Pod[], container: string, resource: string): ReadonlyMap<string, number> =>
  new Map(pods.map(pod => [pod.metadata.name, requestOf(pod, container, resource)]));

function requestOf({ metadata: { name }, spec }: Pod, container: string, resource: string): number {
  const ofPod = spec.resources?.requests;
  if (container === '' && ofPod !== undefined && Object.keys(ofPod).length > 0) {
    const amount = Object.hasOwn(ofPod, resource) ? ofPod[resource] : undefined;
    if (amount === undefined) throw new MetricError(`missing pod-level request for ${resource} in Pod ${name}`);
    return milliUnits(parseQuantity(amount));
  }
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const all = [...spec.containers, ...sidecars].filter(each => container === '' || each.name === container);
  if (container !== '' && all.length === 0) throw new MetricError(`container ${container} not found in Pod ${name}`);
  return all.reduce((sum, each) => {
    const amount = each.resources?.requests?.[resource];
    if (amount === undefined) {
      throw new MetricError(`missing request for ${resource} in container ${each.name} of Pod ${name}`);
    }
    return sum + milliUnits(parseQuantity(amount));
  }, 0);
}
