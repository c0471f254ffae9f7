import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { type Controller, defineController, reads } from '../../../src/sdk/controller.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset } from '../../kinds/core/v1/endpoint-subset.ts';
import { Endpoints } from '../../kinds/core/v1/endpoints.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { ENDPOINTS_CAPACITY } from '../limits.ts';
import { isReady } from '../pod-facts.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import {
  addressedPods,
  HEADLESS_LABEL,
  hostnameIn,
  isHeadless,
  isSelecting,
  portsOn,
  type ResolvedPort,
  referenceTo,
  selectedPods,
  servicesOf,
} from './service-pods.ts';
import { TriggerTimes, withTriggerTime } from './trigger-times.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const TRUNCATED = 'truncated';

/** The older form of EndpointSlices, still read by many: one object of the service's name. */
export function endpointsController(): Controller {
  const triggerTimes = new TriggerTimes();
  return defineController({
    name: 'endpoint-controller',
    primary: Service,
    reads: [reads(Pod, servicesOf), reads(Endpoints, endpoints => [endpoints.metadata])],
    writes: [Endpoints.can('create', 'update', 'delete')],
    concerns: isSelecting,

    async reconcile({ object: service, caches, client }) {
      if (service.metadata.deletionTimestamp !== undefined) return {};
      const { name, namespace = '' } = service.metadata;
      const pods = selectedPods(service, caches);
      const changedMs = triggerTimes.next(service, pods);
      const { subsets, isTruncated } = truncated(subsetsOf(service, pods));
      const labels = {
        ...service.metadata.labels,
        [MANAGED_BY]: 'endpoint-controller',
        ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
      };
      const current = caches.of(Endpoints).get(name, namespace);
      const { [OVER_CAPACITY]: capacity, ...kept } = current?.metadata.annotations ?? {};
      const annotations = withTriggerTime(isTruncated ? { ...kept, [OVER_CAPACITY]: TRUNCATED } : kept, changedMs);
      if (current === undefined) {
        try {
          await client.create(Endpoints, { metadata: { name, namespace, labels, annotations }, subsets });
        } catch (error) {
          if (!isNamespaceTerminating(error)) throw error;
        }
        return {};
      }
      const isCurrent =
        isDeepEqual(current.subsets ?? [], subsets) &&
        isDeepEqual(current.metadata.labels, labels) &&
        capacity === (isTruncated ? TRUNCATED : undefined);
      if (!isCurrent) {
        await client.update(Endpoints, { ...current, metadata: { ...current.metadata, labels, annotations }, subsets });
      }
      return {};
    },

    /** Endpoints have no owner reference; those a user made for a service without selector stay. */
    async removed({ key, caches, client }) {
      triggerTimes.forget(key);
      const endpoints = caches.of(Endpoints).get(key.name, key.namespace);
      if (endpoints?.metadata.labels?.[MANAGED_BY] !== 'endpoint-controller') return;
      try {
        await client.delete(Endpoints, key);
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    },
  });
}

/** One subset for each set of ports the pods resolve the service's ports to. */
function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const publishesAll = service.spec.publishNotReadyAddresses === true;
  const groups = new Map<
    string,
    { ports: EndpointSubset['ports']; ready: EndpointAddress[]; not: EndpointAddress[] }
  >();
  for (const pod of addressedPods(pods, { terminating: publishesAll })) {
    const ports = portsOn(service, pod).map(asStored);
    const isPortless = (service.spec.ports ?? []).length === 0 && isHeadless(service);
    if (ports.length === 0 && !isPortless) continue;
    const id = JSON.stringify(ports);
    const group = groups.get(id) ?? { ports, ready: [], not: [] };
    groups.set(id, group);
    (publishesAll || isReady(pod) ? group.ready : group.not).push(addressOf(service, pod));
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ports = [], ready, not }]) => ({
      ...(ready.length === 0 ? {} : { addresses: ready.toSorted(byIp) }),
      ...(not.length === 0 ? {} : { notReadyAddresses: not.toSorted(byIp) }),
      ...(ports.length === 0 ? {} : { ports }),
    }));
}

/** Here a port without a name has none; what is compared is what is read back. */
const asStored = ({ name, ...port }: ResolvedPort): EndpointPort => (name === '' ? port : { name, ...port });

function addressOf(service: Service, pod: Pod): EndpointAddress {
  const hostname = hostnameIn(service, pod);
  const { nodeName } = pod.spec;
  return {
    ip: pod.status.podIP ?? '',
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: referenceTo(pod),
  };
}

const byIp = (a: EndpointAddress, b: EndpointAddress): number => (a.ip < b.ip ? -1 : Number(a.ip > b.ip));

/** Ready addresses are kept before the others. */
function truncated(subsets: readonly EndpointSubset[]): {
  readonly subsets: readonly EndpointSubset[];
  readonly isTruncated: boolean;
} {
  const total = subsets.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  );
  if (total <= ENDPOINTS_CAPACITY) return { subsets, isTruncated: false };
  let room = ENDPOINTS_CAPACITY;
  const take = (addresses: readonly EndpointAddress[] = []): readonly EndpointAddress[] => {
    const taken = addresses.slice(0, room);
    room -= taken.length;
    return taken;
  };
  const ready = subsets.map(subset => take(subset.addresses));
  return {
    isTruncated: true,
    subsets: subsets.map((subset, index) => ({
      ...subset,
      addresses: ready[index] ?? [],
      notReadyAddresses: take(subset.notReadyAddresses),
    })),
  };
}
