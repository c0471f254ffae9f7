import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { ipFamilyOf } from './ip-family.ts';
import type { ProxyNode } from './listener.ts';
import { endpointsFor, isOurs } from './plan-service.ts';

/** Ports of services that want endpoints of this node, where all are elsewhere; by whose traffic that is. */
export interface LocalGaps {
  readonly internal: number;
  readonly external: number;
}

export const NO_GAPS: LocalGaps = { internal: 0, external: 0 };

/** Those of one service, by its first family; `slices` are its own. Pure. */
export function planLocalGaps(
  service: Service,
  slices: readonly EndpointSlice[],
  node: ProxyNode,
  isGoing: (podUid: string) => boolean,
): LocalGaps {
  const { ports = [], internalTrafficPolicy, externalTrafficPolicy, clusterIP = '' } = service.spec;
  const family = ipFamilyOf(clusterIP);
  const [internal, external] = [internalTrafficPolicy === 'Local', externalTrafficPolicy === 'Local'];
  if (!isOurs(service) || !(internal || external)) return NO_GAPS;
  const endpointsOf = endpointsFor(service, slices, node, isGoing);
  const gaps = ports.filter(({ name = '', protocol }) => {
    const port = { name, protocol };
    const isRelayed = protocol !== 'SCTP' && endpointsOf(port, 'Cluster', family).length > 0;
    return isRelayed && endpointsOf(port, 'Local', family).length === 0;
  }).length;
  return { internal: internal ? gaps : 0, external: external ? gaps : 0 };
}
