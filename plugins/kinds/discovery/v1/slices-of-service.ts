import { must } from '../../../../src/base/must.ts';
import type { CacheIndex } from '../../../../src/sdk/caches.ts';
import type { EndpointSlice } from './endpoint-slice.ts';

/** The label of a slice that names its service. */
export const SERVICE_NAME = 'kubernetes.io/service-name';

export const serviceOfSlice = ({ metadata }: EndpointSlice): string | undefined => metadata.labels?.[SERVICE_NAME];

export const serviceKey = (namespace: string, name: string): string => `${namespace}/${name}`;

/** Slices by the `serviceKey` of their service. */
export const slicesByService: CacheIndex<EndpointSlice> = {
  name: SERVICE_NAME,
  keysOf: slice => {
    const name = serviceOfSlice(slice);
    return name === undefined ? [] : [serviceKey(slice.metadata.namespace ?? '', name)];
  },
};

export interface ReadyEndpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a service's port of that name is answered: the first address of each endpoint that is not said to be unready. */
export const readyEndpoints = (slices: readonly EndpointSlice[], portName: string): readonly ReadyEndpoint[] =>
  slices.flatMap(({ endpoints, ports }) =>
    (ports ?? [])
      .filter(({ name, port }) => name === portName && port !== undefined)
      .flatMap(({ port }) =>
        (endpoints ?? [])
          .filter(({ conditions, addresses }) => conditions.ready !== false && addresses.length > 0)
          .map(({ addresses }) => ({ host: must(addresses[0], 'an address'), port: must(port, 'a port') })),
      ),
  );
