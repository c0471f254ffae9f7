import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import { join } from 'node:path';
import type { NetworkChange, NetworkNative } from '../../native/network.ts';
import type { Files } from '../../src/base/world.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { peerRoute, unreachable } from './changes.ts';
import { contains, parseIpRange } from '../../src/base/ip-range.ts';
import { linkNames } from './link-name.ts';
import { tableNames, writeTable } from './policy/write-table.ts';

/** What this data dir put into the node's own namespace besides links; written before it is made. */
export interface Footprint {
  readonly podCidr: string;
  /** Of one family or of both, as the setting has it. */
  readonly serviceCidr: string;
  /** Routes to pods of other nodes are within it; absent where none were made. */
  readonly clusterCidr?: string;
  /** Of this node's pods; absent in a cluster of IPv4 alone. */
  readonly podCidrIpv6?: string;
}

export const networkDir = (dataDir: string): string => join(dataDir, 'agent', 'network');
const footprintFile = (dataDir: string): string => join(networkDir(dataDir), 'footprint.json');

/** Writes nothing where it is written already: a server starts on a full disk too. */
export async function writeFootprint(files: Files, dataDir: string, footprint: Footprint): Promise<void> {
  const text = JSON.stringify(footprint);
  if ((await readIfPresent(files, footprintFile(dataDir))) === text) return;
  await writeDurably(files, footprintFile(dataDir), text, 0o600);
}

/**
 * Removes every link, route, address and table this data dir ever made on the node, whether a daemon of it
 * still runs or not. What is not there is no error; leases are forgotten with it.
 */
export async function removeNetwork(native: NetworkNative, files: Files, dataDir: string): Promise<void> {
  const names = linkNames(dataDir);
  const links = (await native.networkLinks(null)).filter(({ name }) => name.startsWith(names.prefix));
  for (const { name } of links) await applied(native, { netns: null, kind: 'delete-link', link: name });
  const footprint = await readFootprint(files, dataDir);
  const families = footprint?.podCidrIpv6 === undefined ? ([4] as const) : ([4, 6] as const);
  if (footprint !== undefined) {
    const { podCidr, podCidrIpv6, serviceCidr } = footprint;
    for (const cidr of [podCidr, ...(podCidrIpv6 === undefined ? [] : [podCidrIpv6]), ...serviceCidr.split(',')])
      await applied(native, { ...unreachable(cidr), kind: 'delete-route' });
  }
  for (const family of families) {
    if (footprint?.clusterCidr !== undefined) await removePeerRoutes(native, footprint.clusterCidr.split(','), family);
    await applied(native, { netns: null, kind: 'remove-masquerade', table: names.table, family });
    await attempt(() => native.nftTransact(null, writeTable(family, [{ kind: 'remove-table' }], tableNames(names))));
    await applied(native, { netns: null, kind: 'remove-accept-forward', owner: names.table, family });
  }
  await files.rm(networkDir(dataDir), { recursive: true, force: true });
}

/** Those over our own links went with them. */
async function removePeerRoutes(native: NetworkNative, clusterCidrs: readonly string[], family: 4 | 6): Promise<void> {
  const cluster = clusterCidrs.flatMap(cidr => parseIpRange(cidr) ?? []);
  const [routes, links] = await Promise.all([native.networkRoutes(null, family), native.networkLinks(null)]);
  for (const { ours, type, gateway, to, linkIndex } of routes) {
    const link = links.find(({ index }) => index === linkIndex)?.name;
    if (!ours || type !== 'unicast' || gateway === null || link === undefined || /^tp[0-9a-f]{6}/.test(link)) continue;
    const range = parseIpRange(`${to.address}/${to.prefix}`);
    if (range === undefined || !cluster.some(all => contains(all, range))) continue;
    await applied(native, { ...peerRoute(`${to.address}/${to.prefix}`, gateway, link), kind: 'delete-route' });
  }
}

export async function readFootprint(files: Files, dataDir: string): Promise<Footprint | undefined> {
  const text = await readIfPresent(files, footprintFile(dataDir));
  return text === undefined ? undefined : (JSON.parse(text) as Footprint);
}

const applied = (native: NetworkNative, change: NetworkChange): Promise<void> =>
  attempt(() => native.networkApply([change]));

/** ENOENT and the like: gone already. EOPNOTSUPP and EPROTONOSUPPORT: a kernel without nf_tables, so no table either. */
async function attempt(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!failedWith(error, 'ENODEV', 'ESRCH', 'ENOENT', 'EOPNOTSUPP', 'EPROTONOSUPPORT')) throw error;
  }
}
