import { isContainerLink } from '../../src/base/container-link.ts';
import type { World } from '../../src/base/world.ts';

type Address = ReturnType<World['network']['addresses']>[number];

/** The address others reach this server at. */
export const advertiseAddress = async ({ files, network }: Pick<World, 'files' | 'network'>): Promise<string> =>
  ownAddress(network.addresses(), await files.readFile('/proc/net/route', 'utf8'));

/**
 * The address of the link with the default route, else the first that is no container's, else loopback on a
 * machine that has none. `routes` is the text of `/proc/net/route`.
 */
export function ownAddress(addresses: readonly Address[], routes: string): string {
  const candidates = addresses.filter(
    ({ family, interface: link, address }) => family === 4 && !isContainerLink(link) && !address.startsWith('169.254.'),
  );
  const uplink = defaultRouteLink(routes);
  const chosen = candidates.find(({ interface: link }) => link === uplink) ?? candidates[0];
  return chosen?.address ?? '127.0.0.1';
}

/** Columns: link, destination, gateway, flags, ..., metric, mask; the destination in hex, 0 for the default. */
function defaultRouteLink(table: string): string | undefined {
  const routes = table
    .split('\n')
    .slice(1)
    .map(line => line.split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000');
  return routes.sort((a, b) => Number(a[6]) - Number(b[6]))[0]?.[0];
}
