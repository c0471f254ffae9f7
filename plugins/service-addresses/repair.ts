import type { Key } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { isWithin, type IpRange } from '../../src/base/ip-range.ts';
import { defineController, reads, type Controller, type ControllerClient } from '../../src/sdk/controller.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { planAddressRepair, planServiceRepair } from './plan-repair.ts';
import { addressesOf, addressOf, isManaged } from './service-address.ts';

const parentOf = ({ spec: { parentRef } }: IPAddress): Key => ({
  name: parentRef.name,
  namespace: parentRef.namespace ?? '',
});

/** Makes the objects that tell of services' addresses where they are missing or tell of somebody else. */
export const serviceRepair = (ranges: () => readonly IpRange[]): Controller =>
  defineController({
    name: 'ipallocator-repair-controller',
    primary: Service,
    reads: [reads(IPAddress, address => [parentOf(address)]), reads(ServiceCIDR)],
    writes: [IPAddress.can('get', 'create', 'delete')],
    async reconcile({ object: service, caches, client, event }) {
      for (const address of addressesOf(service)) {
        const found = caches.of(IPAddress).get(address) ?? (await live(client, address));
        const parent = found === undefined ? undefined : parentOf(found);
        const otherService = parent === undefined ? undefined : caches.of(Service).get(parent.name, parent.namespace);
        const ip = parseIp(address);
        const isInRange = ip !== undefined && ranges().some(range => isWithin(range, ip));
        const plan = planServiceRepair(service, address, found, { isInRange, otherService });
        if (plan.act === 'none') continue;
        const said = plan.act === 'make anew' ? plan.said : plan;
        if (said !== undefined) event('Warning', said.reason, said.message);
        if (plan.act === 'tell') continue;
        if (plan.act === 'make anew') await client.delete(IPAddress, { name: address });
        await client.create(IPAddress, addressOf(address, service));
      }
      return {};
    },
  });

/** A service's address is written before it, so what this cache does not show may be there. */
async function live(client: ControllerClient, name: string): Promise<IPAddress | undefined> {
  try {
    return await client.get(IPAddress, { name });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

/**
 * Removes addresses that no service has any more: at start, and when they change. Services wake nobody, as the address
 * of one that goes is given back only after it, and is no leak.
 */
export const addressRepair: Controller = defineController({
  name: 'ipaddress-repair-controller',
  primary: IPAddress,
  reads: [reads(Service)],
  writes: [IPAddress.can('delete')],
  concerns: isManaged,
  async reconcile({ object: address, caches, client, nowMs, event }) {
    const { name, namespace } = parentOf(address);
    const plan = planAddressRepair(address, caches.of(Service).get(name, namespace), nowMs);
    if (plan.act === 'wait') return { requeueAfterMs: plan.waitMs };
    if (plan.act === 'none') return {};
    event('Warning', plan.reason, plan.message);
    const { uid } = address.metadata;
    await client.delete(IPAddress, { name: address.metadata.name }, { preconditions: { uid } });
    return {};
  },
});
