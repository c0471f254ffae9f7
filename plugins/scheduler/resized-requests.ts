import type { ContainerStatus } from '../kinds/core/v1/container-status.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ResourceList } from '../kinds/core/v1/resource-list.ts';

/**
 * What containers of a pod hold beside what their spec requests, by name: as long as a resize is under way both count,
 * the larger of each. `undefined` where the spec tells all, as it mostly does.
 */
export interface ResizedRequests {
  /** The spec asks for what the node will never give: it does not count. */
  readonly isInfeasible: boolean;
  readonly held: ReadonlyMap<string, readonly ResourceList[]>;
}

export function resizedRequests({ spec, status }: Pod): ResizedRequests | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = status;
  if (containerStatuses.length === 0) return undefined;
  const held = new Map<string, readonly ResourceList[]>();
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const [containers, statuses] of [
    [spec.containers, containerStatuses],
    [sidecars, initContainerStatuses],
  ] as const) {
    for (const { name, resources } of containers) {
      const lists = heldBy(statuses.find(one => one.name === name));
      if (lists.some(list => !isSame(list, resources?.requests))) held.set(name, lists);
    }
  }
  return held.size === 0 ? undefined : { isInfeasible: isInfeasible(status), held };
}

const heldBy = (status: ContainerStatus | undefined): readonly ResourceList[] =>
  status?.resources === undefined
    ? []
    : [
        status.resources.requests ?? {},
        ...(status.allocatedResources === undefined ? [] : [status.allocatedResources]),
      ];

function isSame(a: ResourceList, b: ResourceList = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(name => a[name] === b[name]);
}

const isInfeasible = ({ conditions = [] }: Pod['status']): boolean =>
  conditions.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible');
