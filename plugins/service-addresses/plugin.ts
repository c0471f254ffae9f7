import { invalidError } from '../../src/api/status-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { parseCidr } from '../../src/base/ipv4.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { claimers } from '../apiserver/contract.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { AddressBook } from './address-book.ts';
import { claimAddresses } from './claim-addresses.ts';
import { parsePortRange } from './port-range.ts';

export default definePlugin({
  name: 'service-addresses',
  description: 'cluster IPs and node ports of services',
  essential: true,
  needs: { caches },
  config: object({
    serviceCidr: string().default('10.43.0.0/16'),
    clusterDns: string().default('10.43.0.10'),
    serviceNodePortRange: string().default('30000-32767'),
  }),
  start({ config, needs, world, contribute, defer }) {
    const serviceCidr = parseCidr(config.serviceCidr);
    const nodePorts = parsePortRange(config.serviceNodePortRange);
    const services = needs.caches.of(Service);
    const book = new AddressBook(services);
    defer(() => book[Symbol.dispose]());
    // A claimer of `services` is given services only.
    const typed = (given: AnyObject): Service => given as Service;
    contribute(claimers, {
      resource: 'services',
      async claim(given, old) {
        await services.synced;
        const service = typed(given);
        const space = { serviceCidr, nodePorts, ...book.othersThan(service.metadata.uid) };
        const claimed = claimAddresses(
          service.spec,
          old === undefined ? undefined : typed(old).spec,
          space,
          world.random,
        );
        if ('errors' in claimed) throw invalidError(Service, service.metadata.name, claimed.errors);
        book.hold(service.metadata.uid, claimed.spec);
        return { ...service, spec: claimed.spec };
      },
      release: given => book.letGo(typed(given).metadata.uid),
    });
  },
});
