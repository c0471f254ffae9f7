import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { defineController, reads, type ControllerClient } from '../../../src/sdk/controller.ts';
import { Endpoints } from '../../kinds/core/v1/endpoints.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { SERVICE_NAME } from '../../kinds/discovery/v1/slices-of-service.ts';
import { MIRRORED_PER_SUBSET } from '../limits.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import { mirrorOf, planMirror } from './plan-mirror.ts';
import { removeSlice } from './remove-slice.ts';
import { TRIGGER_TIME } from './trigger-times.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
/** Of the Endpoints alone. */
const OWN_ANNOTATIONS = [TRIGGER_TIME, 'kubectl.kubernetes.io/last-applied-configuration'];

type Strings = Readonly<Record<string, string>>;

/** Says in EndpointSlices what people say in Endpoints, for services that select no pods. */
export const endpointSliceMirroringController = defineController({
  name: 'endpointslicemirroring-controller',
  primary: Endpoints,
  owned: { slices: EndpointSlice },
  reads: [reads(Service, service => [service.metadata])],
  writes: [EndpointSlice.can('create', 'update', 'delete')],

  async reconcile({ object: endpoints, owned, caches, client, event }) {
    const slices = owned.slices.filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined && metadata.labels?.[MANAGED_BY] === CONTROLLER,
    );
    const { name, namespace } = endpoints.metadata;
    const service = caches.of(Service).get(name, namespace);
    const isMirrored = service !== undefined && service.spec.selector === undefined && isToBeMirrored(endpoints);
    const { groups, skipped } = mirrorOf(isMirrored ? (endpoints.subsets ?? []) : []);
    if (skipped > 0) {
      const limit = `A max of ${MIRRORED_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset.`;
      event('Warning', 'TooManyAddressesToMirror', `${limit} ${skipped} addresses were skipped`);
    }
    const head = headOf(endpoints);
    const plan = planMirror(groups, slices);
    for (const content of plan.create) await create(client, endpoints, { ...content, ...head });
    const updated = new Map(plan.update.map(({ slice, content }) => [slice, content]));
    for (const slice of slices) {
      if (plan.remove.includes(slice)) await removeSlice(client, slice);
      else await update(client, slice, { ...slice, ...updated.get(slice) }, head);
    }
    return {};
  },
});

const isToBeMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.deletionTimestamp === undefined &&
  metadata.labels?.[SKIP] !== 'true' &&
  metadata.annotations?.[LEADER] === undefined;

interface Head {
  readonly labels: Strings;
  readonly annotations: Strings;
}

function headOf({ metadata: { name, labels = {}, annotations = {} } }: Endpoints): Head {
  const kept = Object.entries(annotations).filter(([key]) => !OWN_ANNOTATIONS.includes(key));
  return {
    labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER },
    annotations: Object.fromEntries(kept),
  };
}

type Content = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

async function create(client: ControllerClient, { metadata }: Endpoints, given: Content & Head): Promise<void> {
  const { labels, annotations, addressType, endpoints, ports } = given;
  try {
    await client.createOwned(EndpointSlice, {
      metadata: { generateName: `${metadata.name}-`, labels, annotations },
      addressType,
      endpoints,
      ports,
    });
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

/** Only where it differs. */
async function update(
  client: ControllerClient,
  slice: EndpointSlice,
  { endpoints, ports }: Content,
  { labels, annotations }: Head,
): Promise<void> {
  const next = { ...slice, endpoints, ports, metadata: { ...slice.metadata, labels, annotations } };
  const isSame =
    slice.endpoints === endpoints &&
    isDeepEqual(slice.metadata.labels ?? {}, labels) &&
    isDeepEqual(slice.metadata.annotations ?? {}, annotations);
  if (!isSame) await client.update(EndpointSlice, next);
}
