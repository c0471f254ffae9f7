import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { type Controller, type ControllerClient, defineController, reads } from '../../../src/sdk/controller.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import type { Endpoint } from '../../kinds/discovery/v1/endpoint.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { SERVICE_NAME } from '../../kinds/discovery/v1/slices-of-service.ts';
import { isReady, isTerminating } from '../pod-facts.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import { planSlices, type EndpointGroup, type SliceContent } from './plan-slices.ts';
import { removeSlice } from './remove-slice.ts';
import {
  addressedPods,
  HEADLESS_LABEL,
  hostnameIn,
  isHeadless,
  isSelecting,
  portsOn,
  referenceTo,
  selectedPods,
  servicesOf,
} from './service-pods.ts';
import { TriggerTimes, withTriggerTime } from './trigger-times.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';

/** Says in EndpointSlices which addresses are behind a service, and how they are. */
export function endpointSliceController(): Controller {
  const triggerTimes = new TriggerTimes();
  return defineController({
    name: 'endpointslice-controller',
    primary: Service,
    owned: { slices: EndpointSlice },
    reads: [reads(Pod, servicesOf), reads(Node)],
    writes: [EndpointSlice.can('create', 'update', 'delete')],
    concerns: isSelecting,

    async reconcile({ object: service, owned, caches, client }) {
      if (service.metadata.deletionTimestamp !== undefined) return {};
      const slices = owned.slices.filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined && metadata.labels?.[MANAGED_BY] === CONTROLLER,
      );
      const pods = selectedPods(service, caches);
      const head = { labels: sliceLabels(service), changedMs: triggerTimes.next(service, pods) };
      const plan = planSlices(groupsOf(service, pods, caches), slices);
      for (const content of plan.create) await create(client, service, content, head);
      const changed = new Set(plan.update.map(({ slice }) => slice));
      for (const { slice, content } of plan.update) {
        const { ports, endpoints } = content;
        await client.update(EndpointSlice, { ...withHead(slice, head), ports, endpoints });
      }
      for (const slice of plan.remove) await removeSlice(client, slice);
      for (const slice of slices) {
        if (changed.has(slice) || plan.remove.includes(slice) || isDeepEqual(slice.metadata.labels, head.labels))
          continue;
        await client.update(EndpointSlice, withHead(slice, head));
      }
      return {};
    },

    async removed({ key }) {
      triggerTimes.forget(key);
    },
  });
}

/** Without any pod one empty slice remains, so that "no endpoints" is said and not just silence. */
function groupsOf(service: Service, selected: readonly Pod[], caches: Caches): readonly EndpointGroup[] {
  const pods = addressedPods(selected, { terminating: true });
  return (service.spec.ipFamilies ?? ['IPv4']).flatMap(family => {
    if (family === '') return [];
    const groups = new Map<string, EndpointGroup & { readonly endpoints: Endpoint[] }>();
    for (const pod of pods) {
      const address = (pod.status.podIPs ?? []).find(({ ip }) => ip.includes(':') === (family === 'IPv6'))?.ip;
      const ports = portsOn(service, pod);
      if (address === undefined) continue;
      if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
      const id = JSON.stringify(ports);
      const group = groups.get(id) ?? { addressType: family, ports, endpoints: [] };
      groups.set(id, group);
      group.endpoints.push(endpointOf(service, pod, address, caches));
    }
    return groups.size > 0 ? [...groups.values()] : [{ addressType: family, ports: [], endpoints: [] }];
  });
}

function endpointOf(service: Service, pod: Pod, address: string, caches: Caches): Endpoint {
  const [serving, terminating] = [isReady(pod), isTerminating(pod)];
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { nodeName } = pod.spec;
  const zone = nodeName === undefined ? undefined : caches.of(Node).get(nodeName)?.metadata.labels?.[ZONE];
  const hostname = hostnameIn(service, pod);
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: referenceTo(pod),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

const ZONE = 'topology.kubernetes.io/zone';

function sliceLabels(service: Service): Readonly<Record<string, string>> {
  const { [HEADLESS_LABEL]: _, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
    [SERVICE_NAME]: service.metadata.name,
    [MANAGED_BY]: CONTROLLER,
  };
}

/** What slices say besides endpoints. */
interface Head {
  readonly labels: Readonly<Record<string, string>>;
  readonly changedMs: number | undefined;
}

async function create(
  client: ControllerClient,
  service: Service,
  { addressType, ports, endpoints }: SliceContent,
  { labels, changedMs }: Head,
): Promise<void> {
  try {
    await client.createOwned(EndpointSlice, {
      metadata: {
        generateName: `${service.metadata.name}-`,
        labels,
        annotations: withTriggerTime(undefined, changedMs),
      },
      addressType,
      ports,
      endpoints,
    });
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

const withHead = (slice: EndpointSlice, { labels, changedMs }: Head): EndpointSlice => ({
  ...slice,
  metadata: { ...slice.metadata, labels, annotations: withTriggerTime(slice.metadata.annotations, changedMs) },
});
