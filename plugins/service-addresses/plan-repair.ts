import type { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import { addressesOf, familyOf, isLabelled, isManaged, isOf, isOfServices } from './service-address.ts';

/** How long an address may be ahead of its service, which is written after it. */
const GRACE_MS = 60_000;
/** The same where the service is there, and does not tell of it. */
const SHORT_GRACE_MS = 5_000;

interface Said {
  readonly reason: string;
  readonly message: string;
}
export type ServiceRepair =
  | { readonly act: 'none' }
  | ({ readonly act: 'tell' } & Said)
  | ({ readonly act: 'make' } & Said)
  | { readonly act: 'make anew'; readonly said?: Said };

/** What is to be done about one address of a service. */
export function planServiceRepair(
  service: Service,
  address: string,
  found: IPAddress | undefined,
  { isInRange, otherService }: { readonly isInRange: boolean; readonly otherService: Service | undefined },
): ServiceRepair {
  const { namespace, name } = service.metadata;
  const family = familyOf(address);
  const of = `Cluster IP [${family}]: ${address}`;
  if (!isInRange) {
    const message = `${of} is not within any configured Service CIDR; please recreate service`;
    return { act: 'tell', reason: 'ClusterIPOutOfRange', message };
  }
  if (found === undefined) {
    return { act: 'make', reason: 'ClusterIPNotAllocated', message: `${of} is not allocated; repairing` };
  }
  if (!isOf(found, service)) {
    if (otherService === undefined || !isOfServices(found.spec.parentRef)) {
      const message = `the ClusterIP [${family}]: ${address} for Service ${namespace}/${name} has a wrong reference; repairing`;
      return { act: 'make anew', said: { reason: 'ClusterIPNotAllocated', message } };
    }
    if (addressesOf(otherService).includes(address)) {
      const message = `Cluster IP [${family}]:${address} was assigned to multiple services; please recreate service`;
      return { act: 'tell', reason: 'ClusterIPAlreadyAllocated', message };
    }
  }
  return isLabelled(found) ? { act: 'none' } : { act: 'make anew' };
}

export type AddressRepair =
  | { readonly act: 'none' }
  | { readonly act: 'wait'; readonly waitMs: number }
  | ({ readonly act: 'remove' } & Said);

/** What is to be done about an address that was given to a service. */
export function planAddressRepair(address: IPAddress, service: Service | undefined, nowMs: number): AddressRepair {
  const { metadata, spec } = address;
  const { parentRef } = spec;
  if (!isManaged(address)) return { act: 'none' };
  const { name } = metadata;
  if (!isOfServices(parentRef)) {
    const message = `IPAddress ${name} appears to have been modified, not referencing a Service ${asGoPrints(parentRef)}: cleaning up`;
    return { act: 'remove', reason: 'IPAddressNotAllocated', message };
  }
  const ageMs = nowMs - Date.parse(metadata.creationTimestamp);
  const of = `IPAddress: ${name} for Service ${parentRef.namespace ?? ''}/${parentRef.name}`;
  if (service === undefined) {
    if (ageMs < GRACE_MS) return { act: 'wait', waitMs: GRACE_MS - ageMs };
    return { act: 'remove', reason: 'IPAddressNotAllocated', message: `${of} appears to have leaked: cleaning up` };
  }
  if (addressesOf(service).includes(name)) return { act: 'none' };
  // Both are told in seconds, and a service may get its second address in the one that it was made in.
  const isYounger = metadata.creationTimestamp >= service.metadata.creationTimestamp;
  const graceMs = service.spec.type === 'ExternalName' ? GRACE_MS : isYounger ? SHORT_GRACE_MS : 0;
  if (ageMs < graceMs) return { act: 'wait', waitMs: graceMs - ageMs };
  return { act: 'remove', reason: 'IPAddressWrongReference', message: `${of} has a wrong reference; cleaning up` };
}

const asGoPrints = ({ group = '', resource, namespace = '', name }: IPAddress['spec']['parentRef']): string =>
  `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${name},}`;
