import { native } from '../../native/index.ts';
import { byFamily, families } from '../../src/base/by-family.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { isWithin, parseIpRange, type IpRange } from '../../src/base/ip-range.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { podNetwork } from '../network/contract.ts';
import { AnswerCache } from './answer-cache.ts';
import { clusterView } from './cluster-view.ts';
import { ClusterZone } from './cluster-zone.ts';
import { DnsServer } from './dns-server.ts';
import { NameServers } from './resolv-conf.ts';
import { Resolver } from './resolver.ts';
import { Upstream } from './upstream.ts';

export default definePlugin({
  name: 'dns',
  description: 'Names of services and pods, at the cluster DNS address; all others from the node’s name servers',
  config: object({
    clusterDns: string().default('10.43.0.10'),
    clusterDomain: string().default('cluster.local'),
    serviceCidr: string().default('10.43.0.0/16'),
    clusterCidr: string().default('10.42.0.0/16'),
    resolvConf: string().default('/etc/resolv.conf').doc('Where the node’s name servers are named.'),
  }),
  needs: { caches, podNetwork },
  async start({ config, needs, world, log, ...context }) {
    const dnsAddresses = families(byFamily(config.clusterDns));
    const servicesCidrs = rangesOf(config.serviceCidr);
    const domain = config.clusterDomain.toLowerCase().replace(/\.$/, '');
    const viewed = {
      namespaces: needs.caches.of(Namespace),
      services: needs.caches.of(Service),
      slices: needs.caches.of(EndpointSlice),
    };
    let synced = false;
    const all = Promise.all([viewed.namespaces.synced, viewed.services.synced, viewed.slices.synced]);
    all.then(
      () => {
        synced = true;
      },
      (error: unknown) => log.error('DNS will not know the cluster', { error: String(error) }),
    );
    const { files, clock, timers, random } = world;
    const servers = new NameServers({ files, clock, own: dnsAddresses, path: config.resolvConf });
    const resolver = new Resolver({
      zone: new ClusterZone({ view: clusterView(viewed), domain, dnsAddresses }),
      domain,
      ownCidrs: [...servicesCidrs, ...rangesOf(config.clusterCidr)],
      upstream: new Upstream({ servers, timers, random }),
      cache: new AnswerCache(clock),
      clock,
      random,
      log,
      isSynced: () => synced,
    });
    const netns = needs.podNetwork.serviceNetnsFd;
    for (const address of dnsAddresses) {
      const ip = parseIp(address);
      if (ip === undefined || !servicesCidrs.some(range => isWithin(range, ip)))
        await needs.podNetwork.claimServiceAddress(address);
      const server = await DnsServer.start({ native: native(), netns, address, resolver, log });
      context.defer(() => server.close());
    }
  },
});

const rangesOf = (setting: string): readonly IpRange[] =>
  families(byFamily(setting)).flatMap(text => parseIpRange(text) ?? []);
