import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { mapShared } from '../../../src/base/map-shared.ts';
import { parseQuantity } from '../../../src/base/quantity.ts';
import type { ContainerSpec, Pod, PodSpec } from '../pod.ts';

export type Requirements = ContainerSpec['resources'];

/** Resources of a pod and its containers as they were granted, or set, which is not always what its spec asks for. */
export interface Allocation {
  readonly pod: Requirements | undefined;
  /** By the container's name. */
  readonly containers: ReadonlyMap<string, Requirements>;
}

const resizable = (spec: PodSpec): readonly ContainerSpec[] => [...(spec.initContainers ?? []), ...spec.containers];

export const allocationOf = (spec: PodSpec): Allocation => ({
  pod: spec.resources,
  containers: new Map(resizable(spec).map(({ name, resources }) => [name, resources])),
});

/** What an earlier daemon told of containers that it made; of all others what the spec asks for. */
export function toldAllocation({ spec, status }: Pod): Allocation {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const told = statuses.flatMap(({ name, containerID = '', resources }) =>
    containerID === '' || resources === undefined ? [] : [[name, resources] as const],
  );
  const wanted = allocationOf(spec);
  const pod =
    told.length > 0 && status?.resources !== undefined ? saidOf(spec.resources, status.resources) : spec.resources;
  return { pod, containers: new Map([...wanted.containers, ...told.filter(([name]) => wanted.containers.has(name))]) };
}

/** Of a pod more is told than its spec says: what follows from its containers too. */
function saidOf(said: Requirements | undefined, told: Requirements): Requirements | undefined {
  if (said === undefined) return undefined;
  const only = (kind: 'requests' | 'limits') =>
    Object.fromEntries(Object.entries(told[kind] ?? {}).filter(([name]) => Object.hasOwn(said[kind] ?? {}, name)));
  return {
    ...said,
    requests: { ...said.requests, ...only('requests') },
    limits: { ...said.limits, ...only('limits') },
  };
}

/** The pod as if its spec asked for just that; the same pod where it does. */
export function withAllocation(pod: Pod, allocation: Allocation): Pod {
  const { spec } = pod;
  const granted = <C extends ContainerSpec>(container: C): C => {
    const resources = allocation.containers.get(container.name);
    return resources === undefined || isSameAmounts(resources, container.resources)
      ? container
      : { ...container, resources };
  };
  const containers = mapShared(spec.containers, granted);
  const initContainers = spec.initContainers && mapShared(spec.initContainers, granted);
  const isSamePod = isSameAmounts(allocation.pod, spec.resources);
  if (containers === spec.containers && initContainers === spec.initContainers && isSamePod) return pod;
  return {
    ...pod,
    spec: {
      ...spec,
      containers,
      ...(initContainers === undefined ? {} : { initContainers }),
      ...(isSamePod || allocation.pod === undefined ? {} : { resources: allocation.pod }),
    },
  };
}

/** Whether both mean the same of what can be resized. */
export const isSameAmounts = (a: Requirements | undefined, b: Requirements | undefined): boolean =>
  a === b || isDeepEqual(amountsOf(a), amountsOf(b));

const amountsOf = (resources: Requirements = {}): readonly (bigint | undefined)[] =>
  (['requests', 'limits'] as const).flatMap(kind =>
    ['cpu', 'memory'].map(name => {
      const text = resources[kind]?.[name];
      return text === undefined ? undefined : parseQuantity(text).nano;
    }),
  );
