import { execFileSync } from 'node:child_process';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { removeNetwork, writeFootprint } from '../footprint.ts';
import { linkNames } from '../link-name.ts';
import { PeerRoutes } from '../peer-routes.ts';
import type { Peer } from '../plan-peers.ts';

/** Run in a network namespace of its own: what a node's routes are as its peers come, change and go. */
const [dataDir = ''] = process.argv.slice(2);
// Without what is loaded into this process: with a sanitizer `ip` ends over a fault of its own.
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8', env });
const names = linkNames(dataDir);
ip('link', 'set', 'lo', 'up');
ip('link', 'add', 'eth0', 'mtu', '1400', 'type', 'veth', 'peer', 'name', 'cable');
ip('link', 'set', 'cable', 'up');
ip('address', 'add', '192.0.2.1/24', 'dev', 'eth0');
ip('link', 'set', 'eth0', 'up');
ip('route', 'add', 'default', 'via', '192.0.2.254');
ip('address', 'add', 'fd19::1/64', 'dev', 'eth0', 'nodad');
// What a node of both families has on its link to services.
ip('address', 'add', 'fd42::1/128', 'dev', 'lo');
// Somebody else's, which nobody touches.
ip('route', 'add', '10.42.77.0/24', 'via', '192.0.2.77');

let peers: readonly Peer[] = [];
const options = {
  native: native(),
  log: silentLogger,
  names,
  nodeAddress: '192.0.2.1',
  podCidr: '10.42.0.0/24',
  clusterCidr: '10.42.0.0/16',
  peers: () => peers,
};
const shown = (family = '-4'): readonly string[] =>
  ip(family, 'route')
    .trim()
    .split('\n')
    .map(line => line.trim().replaceAll(/tp[0-9a-f]{6}v[0-9a-f]{6}/g, 'TUNNEL'))
    .filter(line => /^(10\.42\.|fd42:0)/.test(line));
const tunnel = (): string => /(tp[0-9a-f]{6}v[0-9a-f]{6}):.*mtu (\d+)/.exec(ip('link'))?.slice(1).join(' ') ?? '';

const near = { podCidr: '10.42.1.0/24', address: '192.0.2.2' };
const far = { podCidr: '10.42.2.0/24', address: '198.51.100.2' };
const routes = new PeerRoutes(options);
const steps: Record<string, unknown> = {};
const after = async (name: string, now: readonly Peer[], which = routes): Promise<void> => {
  peers = now;
  await which.refresh();
  steps[name] = { routes: shown(), tunnel: tunnel() };
};
await writeFootprint(hostWorld().files, dataDir, {
  podCidr: options.podCidr,
  serviceCidr: '10.43.0.0/16',
  clusterCidr: options.clusterCidr,
});
await after('alone', []);
await after('one near', [near]);
await after('one far as well', [near, far]);
steps['forwarding'] = execFileSync('bridge', ['fdb'], { encoding: 'utf8' }).match(/0a:58:\S+ dev \S+ dst \S+/g);
steps['header'] = ip('-d', 'link').match(/vxlan id \d+|dstport \d+/g);
steps['neighbours'] = ip('neigh').match(/10\.42\.\S+ dev tp\S+ lladdr \S+ PERMANENT/g);
await after('a daemon later', [near, far], new PeerRoutes(options));
await after('addresses changed', [
  { ...near, address: '192.0.2.3' },
  { ...far, podCidr: '10.42.3.0/24' },
]);
ip('link', 'set', 'eth0', 'mtu', '1300');
await after('a narrower way', [near, far]);
await after('the far one gone', [near]);
await after('it claims our addresses', [near, { ...far, podCidr: options.podCidr }]);
await after('both back', [near, far]);
const both = { ...options, clusterCidr: '10.42.0.0/16,fd42::/56' };
const dual = new PeerRoutes(both);
await after('of both families, in a narrow way', [{ ...near, addressIpv6: 'fd19::2' }, far], dual);
steps['of IPv6 in a narrow way'] = shown('-6');
ip('link', 'set', 'eth0', 'mtu', '1400');
await after('of both families', [{ ...near, addressIpv6: 'fd19::2' }, far], dual);
steps['of IPv6'] = shown('-6');
steps['IPv6 neighbours'] = ip('-6', 'neigh').match(/fe80::1:\S+ dev tp\S+ lladdr \S+ PERMANENT/g);
await after('all in the tunnel', [near, far], dual);
steps['all of IPv6 in the tunnel'] = shown('-6');
await after('the far one gone again', [{ ...near, addressIpv6: 'fd19::2' }], dual);
steps['IPv6 without the far one'] = shown('-6');
await writeFootprint(hostWorld().files, dataDir, {
  podCidr: options.podCidr,
  serviceCidr: '10.43.0.0/16,fd43::/112',
  clusterCidr: both.clusterCidr,
  podCidrIpv6: 'fd42::/64',
});
await removeNetwork(native(), hostWorld().files, dataDir);
steps['removed'] = { routes: [...shown(), ...shown('-6')], tunnel: tunnel() };
process.stdout.write(JSON.stringify(steps));
