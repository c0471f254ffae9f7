import type { FoundRoute } from '../../native/network.ts';
import { contains, parseIpRange } from '../../src/base/ip-range.ts';

/** Addresses this node is to give out already lead elsewhere on this machine. */
export class AddressesTakenError extends Error {
  readonly code = 'AddressesTaken';
  readonly cidr: string;
  /** Whom the addresses lead to now. */
  readonly link: string;

  constructor(cidr: string, route: string, link: string, isNode: boolean) {
    const remedy = isNode
      ? 'give this server its own --cluster-cidr and --service-cidr, or end the pods of the other with `tiphys killall --data-dir FOLDER`'
      : 'choose other addresses with --cluster-cidr and --service-cidr';
    const whose = isNode ? `${link}, a link of another tiphys server` : link;
    super(`${route} of ${cidr} is already routed to ${whose}; ${remedy}`);
    this.name = 'AddressesTakenError';
    this.cidr = cidr;
    this.link = link;
  }
}

export interface NodeRoutes {
  readonly routes: readonly FoundRoute[];
  readonly links: readonly { readonly index: number; readonly name: string }[];
}

/**
 * Throws where a route to some or all of `cidrs` leads through a link that does not start with `ownPrefix`: ours
 * would take its place, and its owner would lose its traffic without a word. Wider routes may stay, ours are nearer.
 */
export function refuseTaken({ routes, links }: NodeRoutes, cidrs: readonly string[], ownPrefix: string): void {
  for (const { type, to, linkIndex, ours } of routes) {
    const link = links.find(({ index }) => index === linkIndex)?.name;
    if (type !== 'unicast' || link === undefined || link.startsWith(ownPrefix)) continue;
    // To the pods of a node that had these addresses before, which is looked after once the nodes are known.
    if (ours && !isOfNode(link)) continue;
    const cidr = cidrs.find(each => isWithin(to, each));
    if (cidr === undefined) continue;
    throw new AddressesTakenError(cidr, `${to.address}/${to.prefix}`, link, isOfNode(link));
  }
}

const isOfNode = (link: string): boolean => /^tp[0-9a-f]{6}/.test(link);

function isWithin({ address, prefix }: FoundRoute['to'], cidr: string): boolean {
  const [inner, outer] = [parseIpRange(`${address}/${prefix}`), parseIpRange(cidr)];
  return inner !== undefined && outer !== undefined && contains(outer, inner);
}
