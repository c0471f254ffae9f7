import type { CacheIndex } from '../../../src/sdk/caches.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';

/** Slices by `<namespace>/<name>` of their service. */
export const SLICES_OF_SERVICE: CacheIndex<EndpointSlice> = {
  name: 'service of an API',
  keysOf: ({ metadata }) => [`${metadata.namespace ?? ''}/${serviceOfSlice(metadata)}`],
};

export const serviceOfSlice = ({ labels }: EndpointSlice['metadata']): string =>
  labels?.['kubernetes.io/service-name'] ?? '';
