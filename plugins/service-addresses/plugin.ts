import { clients } from '../../src/api/client.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { byFamily, families } from '../../src/base/by-family.ts';
import type { IpRange } from '../../src/base/ip-range.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { claimers } from '../apiserver/contract.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { claimService } from './claim-service.ts';
import { ensureDefaultServiceCidr } from './default-service-cidr.ts';
import { IpAddresses } from './ip-addresses.ts';
import { NodePortBook } from './node-port-book.ts';
import { parsePortRange } from './port-range.ts';
import { addressRepair, serviceRepair } from './repair.ts';
import { serviceCidrController } from './service-cidr.ts';
import { serviceRanges } from './service-ranges.ts';

export default definePlugin({
  name: 'service-addresses',
  description: 'ranges of addresses, and the addresses and node ports of services',
  essential: true,
  needs: { caches, clients },
  config: object({
    serviceCidr: string().default('10.43.0.0/16'),
    serviceNodePortRange: string().default('30000-32767'),
  }),
  start({ config, needs, world, contribute, defer, ready }) {
    const configured = families(byFamily(config.serviceCidr));
    const client = needs.clients.as(LOOPBACK_USER, { fieldManager: 'kube-apiserver' });
    const [services, cidrs] = [needs.caches.of(Service), needs.caches.of(ServiceCIDR)];
    const ranges = (): readonly IpRange[] => serviceRanges(configured, cidrs.list());
    const addresses = new IpAddresses(client, needs.caches.of(IPAddress));
    const book = new NodePortBook(services);
    defer(() => book[Symbol.dispose]());
    contribute(
      claimers,
      claimService({
        book,
        addresses,
        families: configured.map(text => (text.includes(':') ? 'IPv6' : 'IPv4')),
        ranges,
        random: world.random,
        nodePorts: parsePortRange(config.serviceNodePortRange),
        caughtUp: revision => services.reached(String(revision)),
        synced: () => Promise.all([services.synced, cidrs.synced, addresses.synced]),
      }),
    );
    const ensureDefault = (): Promise<void> => ensureDefaultServiceCidr(client, configured, world.clock.now());
    contribute(controllers, serviceCidrController(ensureDefault), serviceRepair(ranges), addressRepair);
    ready(ensureDefault);
  },
});
