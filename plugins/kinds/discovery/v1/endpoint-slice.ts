import { placed } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { endpointSliceWarnings } from './endpoint-slice-warnings.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validate-endpoint-slice.ts';
import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { listed } from '../../core/v1/listed.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { endpoint, endpointPort, type Endpoint, type EndpointPort } from './endpoint.ts';
import { list, oneOf } from '../../../../src/schema/schema.ts';

/** What columns are computed from. */
interface Parts {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports: readonly EndpointPort[] | null;
}

export const EndpointSlice = defineResource({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  scope: 'Namespaced',
  doc: 'Some of the addresses behind a service.',
  openapiName: 'io.k8s.api.discovery.v1.EndpointSlice',
  fields: {
    addressType: oneOf('FQDN', 'IPv4', 'IPv6').doc('IPv4, IPv6 or FQDN.').at(4),
    endpoints: list(endpoint).orNull().doc('The backends.').at(2),
    ports: list(endpointPort).orNull().doc('Their ports.').at(3),
  },
  generation: true,
  columns: [
    nameColumn,
    text('AddressType', 'Family of the addresses.', ({ addressType }: Parts) => addressType),
    text(
      'Ports',
      'Ports of the backends.',
      ({ ports }: Parts) => listed((ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))) || '<unset>',
    ),
    text(
      'Endpoints',
      'Addresses of the backends.',
      ({ endpoints }: Parts) => listed((endpoints ?? []).flatMap(({ addresses }) => addresses)) || '<unset>',
    ),
    ageColumn,
  ],
  prepareForCreate: slice => withoutTopology(slice),
  /** Its labels tell whose it is, which counts like its content. */
  prepareForUpdate: (given, old) => {
    const slice = isDeepEqual(given.endpoints, old.endpoints) ? given : withoutTopology(given);
    const { labels, generation = 0 } = old.metadata;
    return isDeepEqual(slice.metadata.labels ?? {}, labels ?? {})
      ? slice
      : { ...slice, metadata: { ...slice.metadata, generation: generation + 1 } };
  },
  validate: (slice, old) => placed('', validateEndpointSlice(slice, old)),
  validateUpdate: validateEndpointSliceUpdate,
  warnings: endpointSliceWarnings,
});
export type EndpointSlice = ObjectOf<typeof EndpointSlice>;

/** What this version of the kind no longer takes. */
function withoutTopology<S extends { readonly endpoints?: readonly Endpoint[] | null }>(slice: S): S {
  const { endpoints } = slice;
  if (!Array.isArray(endpoints) || endpoints.every(endpoint => endpoint?.deprecatedTopology === undefined))
    return slice;
  return { ...slice, endpoints: endpoints.map(({ deprecatedTopology: _dropped, ...endpoint }: Endpoint) => endpoint) };
}
