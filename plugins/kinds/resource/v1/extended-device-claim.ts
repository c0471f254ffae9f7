import type { Container } from '../../core/v1/container.ts';
import type { Pod } from '../../core/v1/pod.ts';
import type { ContainerExtendedResourceRequest } from '../../core/v1/pod-status.ts';
import { isExtended } from '../../core/v1/resource-names.ts';
import { parseQuantity, wholeUnits } from '../../../../src/base/quantity.ts';
import type { DeviceClass } from './device-class.ts';
import type { ResourceClaim } from './resource-claim.ts';

/** Before a class's name: the extended resource that its devices are without its saying so. */
export const DEVICE_CLASS_RESOURCE = 'deviceclass.resource.kubernetes.io/';

/** On the claim that was made for the extended resources of a pod. */
export const EXTENDED_CLAIM = 'resource.kubernetes.io/extended-resource-claim';

/** Whether devices of a class may stand for the resource. */
export const mayBeDevices = (resource: string): boolean =>
  isExtended(resource) || resource.startsWith(DEVICE_CLASS_RESOURCE);

export const isExtendedClaim = ({ metadata }: Pick<ResourceClaim, 'metadata'>): boolean =>
  metadata.annotations?.[EXTENDED_CLAIM] === 'true';

/** The class whose devices each extended resource is: of several that name the same, the youngest. */
export function classesByResource(classes: readonly DeviceClass[]): ReadonlyMap<string, string> {
  const found = new Map<string, DeviceClass>();
  for (const deviceClass of classes) {
    const { extendedResourceName: resource } = deviceClass.spec;
    if (resource === undefined) continue;
    const other = found.get(resource);
    if (other === undefined || isBefore(deviceClass, other)) found.set(resource, deviceClass);
  }
  return new Map([
    ...[...found].map(([resource, { metadata }]) => [resource, metadata.name] as const),
    ...classes.map(({ metadata }) => [`${DEVICE_CLASS_RESOURCE}${metadata.name}`, metadata.name] as const),
  ]);
}

function isBefore({ metadata: one }: DeviceClass, { metadata: other }: DeviceClass): boolean {
  const [since, otherSince] = [one.creationTimestamp ?? '', other.creationTimestamp ?? ''];
  return since === otherSince ? one.name < other.name : since > otherSince;
}

export interface ExtendedDemand {
  readonly requests: readonly ExtendedRequest[];
  readonly mappings: readonly ContainerExtendedResourceRequest[];
}

interface ExtendedRequest {
  readonly name: string;
  readonly exactly: { readonly deviceClassName: string; readonly allocationMode: 'ExactCount'; readonly count: number };
}

/**
 * What a claim has to ask for so that the containers of a pod have devices for these resources, each of a class, and
 * which of its requests each container has. Init containers that end have what later ones get, and what they need
 * beyond that once for all of them.
 */
export function extendedDemandOf({ spec }: Pod, resources: ReadonlyMap<string, string>): ExtendedDemand {
  const placed = [...(spec.initContainers ?? []), ...spec.containers].map((container, index) => ({
    container,
    index,
    isBrief: index < (spec.initContainers ?? []).length && container.restartPolicy !== 'Always',
  }));
  const demands = [...resources.keys()]
    .sort()
    .map(resource => demandFor(resource, resources.get(resource) ?? '', placed));
  return {
    requests: demands
      .flatMap(({ requests }) => requests)
      .sort((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name))),
    mappings: demands.flatMap(({ mappings }) => mappings),
  };
}

interface Placed {
  readonly container: Container;
  readonly index: number;
  readonly isBrief: boolean;
}

function demandFor(resource: string, deviceClassName: string, all: readonly Placed[]): ExtendedDemand {
  const requestOf = ({ container, index }: Placed, count: number): ExtendedRequest => ({
    name: `container-${index}-request-${placeOf(resource, container)}`,
    exactly: { deviceClassName, allocationMode: 'ExactCount', count },
  });
  const mapping = ({ container }: Placed, requestName: string): ContainerExtendedResourceRequest => ({
    containerName: container.name,
    resourceName: resource,
    requestName,
  });
  const asking = all.flatMap(placed => {
    const count = amountOf(resource, placed.container);
    return count === 0 ? [] : [{ placed, count }];
  });
  const lasting = asking
    .filter(({ placed }) => !placed.isBrief)
    .map(({ placed, count }) => ({ placed, request: requestOf(placed, count) }));
  const brief = asking
    .filter(({ placed }) => placed.isBrief)
    .map(({ placed, count }) => {
      const used: ExtendedRequest[] = [];
      let left = count;
      for (const later of lasting) {
        if (left <= 0) break;
        if (later.placed.index < placed.index) continue;
        used.push(later.request);
        left -= later.request.exactly.count;
      }
      return { placed, used, own: left > 0 ? requestOf(placed, left) : undefined };
    });
  const largest = brief.reduce<ExtendedRequest | undefined>(
    (most, { own }) => (own !== undefined && (most?.exactly.count ?? 0) < own.exactly.count ? own : most),
    undefined,
  );
  return {
    requests: [...(largest === undefined ? [] : [largest]), ...lasting.map(({ request }) => request)],
    mappings: [
      ...lasting.map(({ placed, request }) => mapping(placed, request.name)),
      ...brief.flatMap(({ placed, used, own }) =>
        [...used, ...(own === undefined || largest === undefined ? [] : [largest])].map(({ name }) =>
          mapping(placed, name),
        ),
      ),
    ],
  };
}

/** The extended resource that a request of such a claim was made for; the pod is whom the claim was made for. */
export function resourceOfRequest({ spec }: Pod, request: string): string | undefined {
  const [, index, place] = /^container-(\d+)-request-(\d+)$/.exec(request) ?? [];
  const container = [...(spec.initContainers ?? []), ...spec.containers][Number(index)];
  return Object.keys(container?.resources?.requests ?? {}).sort()[Number(place)];
}

/** Among all that the container requests, by name. */
const placeOf = (resource: string, { resources }: Container): number =>
  Object.keys(resources?.requests ?? {})
    .sort()
    .indexOf(resource);

function amountOf(resource: string, { resources }: Container): number {
  const asked = resources?.requests?.[resource];
  return asked === undefined ? 0 : wholeUnits(parseQuantity(asked));
}
