import { parseIp } from '../../src/base/ip-problems.ts';
import { contains, isWithin, parseIpRange, type IpRange } from '../../src/base/ip-range.ts';
import type { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import type { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { isManaged } from './service-address.ts';

export const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
/** From a delete until its end, so that no address is given meanwhile by who does not know yet. */
const GRACE_MS = 10_000;

export type CidrPlan =
  /** What its `Ready` condition says, and whether it needs the finalizer first. */
  | { readonly state: 'ready'; readonly needsFinalizer: boolean }
  | { readonly state: 'in use' }
  | { readonly state: 'wait'; readonly waitMs: number }
  | { readonly state: 'let go' };

interface Facts {
  readonly all: readonly ServiceCIDR[];
  readonly addresses: readonly IPAddress[];
  readonly nowMs: number;
}

/** What becomes of a range: it is ready until it is deleted, and stays while it alone holds an address that is taken. */
export function planServiceCidr(cidr: ServiceCIDR, { all, addresses, nowMs }: Facts): CidrPlan {
  const { deletionTimestamp, finalizers = [] } = cidr.metadata;
  if (deletionTimestamp === undefined) return { state: 'ready', needsFinalizer: !finalizers.includes(FINALIZER) };
  const others = all.filter(({ metadata }) => metadata.uid !== cidr.metadata.uid).flatMap(rangesOf);
  const own = rangesOf(cidr);
  const isCovered = own.every(range => others.some(other => contains(other, range)));
  if (!isCovered && addresses.some(address => isHeldBy(address, own, others))) return { state: 'in use' };
  const waitMs = Date.parse(deletionTimestamp) + GRACE_MS - nowMs;
  return waitMs > 0 ? { state: 'wait', waitMs } : { state: 'let go' };
}

function isHeldBy(address: IPAddress, own: readonly IpRange[], others: readonly IpRange[]): boolean {
  const ip = isManaged(address) ? parseIp(address.metadata.name) : undefined;
  if (ip === undefined || !own.some(range => isWithin(range, ip))) return false;
  return !others.some(range => isWithin(range, ip));
}

export const rangesOf = ({ spec: { cidrs = [] } }: ServiceCIDR): readonly IpRange[] =>
  cidrs.flatMap(text => parseIpRange(text) ?? []);
