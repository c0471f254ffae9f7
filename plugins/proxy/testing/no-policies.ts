import type { Backends } from '../../../native/network.ts';
import type { TrafficPolicies } from '../../network/contract.ts';

/** For proxies in a cluster without network policies: everybody may be connected with everybody. */
export const noPolicies: Pick<TrafficPolicies, 'clientsOf'> = { clientsOf: () => null };

/** What a pump is told then. */
export const openToAll: Pick<Backends, 'admitted' | 'answered' | 'allowedSources' | 'family'> = {
  allowedSources: new Uint32Array(),
  admitted: [],
  answered: null,
  family: 4,
};
