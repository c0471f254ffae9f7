import { native } from '../../native/index.ts';
import { parseIpv4 } from '../../src/base/ipv4.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { podNetwork } from './contract.ts';
import { linkNames } from './link-name.ts';
import { PeerRoutes } from './peer-routes.ts';
import type { Peer } from './plan-peers.ts';

export default definePlugin({
  name: 'peers',
  description:
    'routes to the pods of other nodes: through the node itself, or a VXLAN tunnel where routers are between',
  config: object({
    dataDir: string(),
    nodeName: string().default('').doc("This node's name; the host's when empty."),
    clusterCidr: string().default('10.42.0.0/16'),
  }),
  needs: { podNetwork, caches },
  start({ config, needs, world, log, defer }) {
    const name = ownNodeName(config.nodeName, world.network);
    const nodes = needs.caches.of(Node);
    const routes = new PeerRoutes({
      native: native(),
      log,
      names: linkNames(config.dataDir),
      nodeAddress: needs.podNetwork.nodeAddresses[0],
      podCidr: needs.podNetwork.podCidrs[0] ?? '',
      clusterCidr: config.clusterCidr,
      peers: () =>
        nodes
          .list()
          .filter(({ metadata }) => metadata.name !== name)
          .flatMap(peerOf),
    });
    // What is not known yet is not gone.
    const refresh = (): void => void (nodes.hasSynced && routes.refresh());
    const following = nodes.subscribe({ changed: refresh, removed: refresh });
    defer(() => following[Symbol.dispose]());
    nodes.synced.then(refresh, () => undefined);
  },
});

/** Nobody, as long as its addresses of IPv4 are not known. */
function peerOf({ spec, status }: Node): readonly Peer[] {
  const podCidr = spec?.podCIDR ?? '';
  const internal = (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  const address = internal.find(({ address: text }) => parseIpv4(text) !== undefined)?.address;
  const addressIpv6 = internal.find(({ address: text }) => text.includes(':'))?.address;
  const isIpv4 = parseIpv4(podCidr.split('/')[0] ?? '') !== undefined;
  return address === undefined || !isIpv4 ? [] : [{ podCidr, address, addressIpv6 }];
}
