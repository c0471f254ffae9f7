import { milliUnits, parseQuantity } from '../../../src/base/quantity.ts';
import type { ContainerSpec, PodSpec } from '../pod.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';
const COUNTED = ['cpu', 'memory'] as const;

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/; only cpu and memory count. */
export function podQosClass(spec: PodSpec): QosClass {
  const holders: readonly Pick<ContainerSpec, 'resources'>[] =
    spec.resources === undefined
      ? [...(spec.initContainers ?? []), ...spec.containers]
      : [{ resources: spec.resources }];
  const amounts = holders.flatMap(({ resources }) =>
    COUNTED.map(name => ({
      request: positive(resources?.requests?.[name] ?? resources?.limits?.[name]),
      limit: positive(resources?.limits?.[name]),
    })),
  );
  if (amounts.every(({ request, limit }) => request === 0 && limit === 0)) return 'BestEffort';
  return amounts.every(({ request, limit }) => limit > 0 && request === limit) ? 'Guaranteed' : 'Burstable';
}

const positive = (text: string | undefined): number => (text === undefined ? 0 : Math.max(0, milli(text)));
const milli = (text: string): number => milliUnits(parseQuantity(text));
