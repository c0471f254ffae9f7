import { parseCidr, type Cidr } from '../../src/base/ipv4.ts';
import { parseIpRange } from '../../src/base/ip-range.ts';
import type { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';

/** What the ranges that the server was told of are called. */
export const DEFAULT_NAME = 'kubernetes';

/**
 * Ranges that services get addresses of: those that stay, and the configured one as long as nothing
 * says that it is on its way out.
 */
export function serviceRanges(configured: string, all: readonly ServiceCIDR[]): readonly Cidr[] {
  const isOut = all.some(({ metadata, status }) => metadata.name === DEFAULT_NAME && isGoing(metadata, status));
  const texts = new Set(isOut ? [] : [configured]);
  for (const { metadata, spec, status } of all) {
    if (isGoing(metadata, status)) continue;
    for (const text of spec.cidrs ?? []) if (parseIpRange(text)?.family === 4) texts.add(text);
  }
  return [...texts].map(parseCidr);
}

/** One that nobody has judged yet counts as ready, as upstream's does. */
const isGoing = ({ deletionTimestamp }: ServiceCIDR['metadata'], { conditions = [] }: ServiceCIDR['status']): boolean =>
  deletionTimestamp !== undefined || conditions.find(({ type }) => type === 'Ready')?.status === 'False';
