import { native } from '../../../native/index.ts';
import { clients } from '../../../src/api/client.ts';
import { rangeOfCidr, rangesOfAddresses, unitedRanges, type AddressRanges } from '../../../src/base/address-ranges.ts';
import { byFamily, families } from '../../../src/base/by-family.ts';
import { isIpv6Number, nextAddress, parseIpNumber, type IpNumber } from '../../../src/base/ip-number.ts';
import { TwinAddresses } from '../../../src/base/twin-addresses.ts';
import { ownNodeName } from '../../../src/base/own-node-name.ts';
import type { World } from '../../../src/base/world.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { object, string } from '../../../src/schema/schema.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { eventRecorders } from '../../../src/sdk/events.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import { podNetwork, policyCaches, trafficPolicies, type PodNetwork } from '../contract.ts';
import { linkNames } from '../link-name.ts';
import { POLICY_ABILITY } from '../network-abilities.ts';
import { PolicyEnforcer } from './policy-enforcer.ts';
import { PolicyView } from './policy-view.ts';
import { tableNames } from './write-table.ts';

export default definePlugin({
  name: 'network-policies',
  description: 'NetworkPolicies: an nf_tables table a family over raw netlink, and who may use which service',
  config: object({
    dataDir: string(),
    nodeName: string().default('').doc("This node's name; the host's when empty."),
    clusterDns: string().default('10.43.0.10'),
    clusterCidr: string().default('10.42.0.0/16'),
  }),
  needs: { caches, policyCaches, podNetwork, clients, eventRecorders },
  provides: [trafficPolicies],
  start({ config, needs, world, log, defer, provide }) {
    const dns = byFamily(config.clusterDns);
    const nodeName = ownNodeName(config.nodeName, world.network);
    const client = needs.clients.as({ name: `system:node:${nodeName}`, groups: ['system:nodes'] });
    const recorder = needs.eventRecorders.recorder(client, { component: 'network-policies', host: nodeName });
    const policies = needs.policyCaches.of(NetworkPolicy);
    const tell = (policy: NetworkPolicy, why: string): void =>
      recorder.event(policy, 'Warning', 'NotEnforced', `Node ${nodeName} does not enforce it: ${why}`);
    const lacking = needs.podNetwork.abilities.find(({ name, state }) => name === POLICY_ABILITY && state !== 'ok');
    const enforcer = new PolicyEnforcer({
      native: native(),
      timers: world.timers,
      log,
      names: tableNames(linkNames(config.dataDir), {
        4: parseIpNumber(dns.ipv4) ?? 0,
        6: parseIpNumber(dns.ipv6 ?? '') ?? 0n,
      }),
      families: needs.podNetwork.podCidrs.length === 1 ? [4] : [4, 6],
      canEnforce: lacking === undefined,
      ownAddresses: () => ownAddresses(needs.podNetwork, world),
      onFailure: error => policies.list().forEach(policy => tell(policy, String(error))),
      view: new PolicyView({
        nodeName,
        podCidr: needs.podNetwork.podCidrs[0] ?? '',
        twins: TwinAddresses.of(config.clusterCidr),
        dns: families(dns),
        policies,
        namespaces: needs.caches.of(Namespace),
        nodes: needs.caches.of(Node),
        ownPods: needs.caches.of(Pod),
        allPods: () => needs.policyCaches.of(Pod),
      }),
    });
    defer(() => enforcer[Symbol.dispose]());
    if (lacking !== undefined) {
      const telling = policies.subscribe({ changed: policy => tell(policy, lacking.detail), removed: () => undefined });
      defer(() => telling[Symbol.dispose]());
    }
    provide(trafficPolicies, enforcer);
  },
});

/** Of the machine, and those of its pod CIDRs that are no pod's. */
function ownAddresses(
  { podCidrs, nodeAddresses }: PodNetwork,
  { network }: Pick<World, 'network'>,
): (family: IpNumber) => AddressRanges {
  const texts = [...nodeAddresses, ...network.addresses().map(({ address }) => address)];
  const firsts = podCidrs.map(cidr => rangeOfCidr(cidr).first);
  const all = [...firsts, ...firsts.map(nextAddress), ...texts.flatMap(text => parseIpNumber(text) ?? [])];
  const loopbacks = ['127.0.0.0/8', '::1/128'].map(rangeOfCidr);
  const [ipv6 = [], ipv4 = []] = [true, false].map(isIpv6 =>
    unitedRanges([
      ...loopbacks.filter(({ first }) => isIpv6Number(first) === isIpv6),
      ...rangesOfAddresses(all.filter(address => isIpv6Number(address) === isIpv6)),
    ]),
  );
  return family => (isIpv6Number(family) ? ipv6 : ipv4);
}
