import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { ipWarnings } from '../../../../src/base/ip-problems.ts';
import type { Endpoint } from './endpoint.ts';

interface SliceLike extends AnyObject {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[] | null;
}

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** What controllers of the cluster write needs no second look. */
const TRUSTED: ReadonlySet<string> = new Set([
  'endpointslice-controller.k8s.io',
  'endpointslicemirroring-controller.k8s.io',
]);

export function endpointSliceWarnings({ metadata, addressType, endpoints }: SliceLike): readonly string[] {
  const deprecated = addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  if (TRUSTED.has(metadata.labels?.[MANAGED_BY] ?? '')) return deprecated;
  return [
    ...deprecated,
    ...(endpoints ?? []).flatMap(({ addresses }, index) =>
      addresses.flatMap((address, at) => ipWarnings(address, `endpoints[${index}].addresses[${at}]`)),
    ),
  ];
}
