import type { InputOf } from '../../src/api/resource.ts';
import { ipFamily } from '../../src/base/ip-problems.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { IPAddress } from '../kinds/networking/v1/ip-address.ts';

export const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
export const ALLOCATOR = 'ipallocator.k8s.io';
const FAMILY = 'ipaddress.kubernetes.io/ip-family';

export const familyOf = (address: string): 'IPv4' | 'IPv6' => (ipFamily(address) === 6 ? 'IPv6' : 'IPv4');

/** The object by which a service has an address. */
export const addressOf = (name: string, { metadata }: Service): InputOf<typeof IPAddress> => ({
  metadata: { name, labels: { [FAMILY]: familyOf(name), [MANAGED_BY]: ALLOCATOR } },
  spec: {
    parentRef: { resource: 'services', namespace: metadata.namespace ?? '', name: metadata.name },
  },
});

/** Whether an address is a service's. */
export const isOf = ({ spec: { parentRef } }: IPAddress, { metadata }: Service): boolean =>
  isOfServices(parentRef) && parentRef.namespace === metadata.namespace && parentRef.name === metadata.name;

export const isOfServices = ({ group = '', resource }: IPAddress['spec']['parentRef']): boolean =>
  group === '' && resource === 'services';

/** Whether its labels say what they would if it were made now. */
export const isLabelled = ({ metadata: { name, labels = {} } }: IPAddress): boolean =>
  labels[MANAGED_BY] === ALLOCATOR && labels[FAMILY] === familyOf(name);

export const isManaged = ({ metadata: { labels = {} } }: IPAddress): boolean => labels[MANAGED_BY] === ALLOCATOR;

/** Addresses of a service; none where it is headless. */
export const addressesOf = ({ spec: { clusterIPs = [] } }: Pick<Service, 'spec'>): readonly string[] =>
  clusterIPs.filter(address => address !== 'None');
