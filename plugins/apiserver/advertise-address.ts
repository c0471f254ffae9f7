import type { World } from '../../src/base/world.ts';

/** Links that containers hang on; their addresses are nobody's way to this machine. */
const CONTAINER_LINK = /^(tp[0-9a-f]{6}|docker|cni|br-|veth|virbr|flannel|cali|podman)/;

/**
 * The address others reach this server at: that of the link with the default route, else the first that
 * is no container's, else loopback on a machine that has none.
 */
export async function advertiseAddress(world: Pick<World, 'files' | 'network'>): Promise<string> {
  const candidates = world.network
    .addresses()
    .filter(
      ({ family, interface: link, address }) =>
        family === 4 && !CONTAINER_LINK.test(link) && !address.startsWith('169.254.'),
    );
  const uplink = defaultRouteLink(await world.files.readFile('/proc/net/route', 'utf8'));
  const chosen = candidates.find(({ interface: link }) => link === uplink) ?? candidates[0];
  return chosen?.address ?? '127.0.0.1';
}

/** `/proc/net/route`: link, destination, gateway, flags, ..., metric, mask; the destination in hex, 0 for the default. */
function defaultRouteLink(table: string): string | undefined {
  const routes = table
    .split('\n')
    .slice(1)
    .map(line => line.split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000');
  return routes.sort((a, b) => Number(a[6]) - Number(b[6]))[0]?.[0];
}
