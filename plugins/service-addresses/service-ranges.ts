import { parseIpRange, type IpRange } from '../../src/base/ip-range.ts';
import type { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';

/** What the ranges that the server was told of are called. */
export const DEFAULT_NAME = 'kubernetes';

/**
 * Ranges that services get addresses of: those that stay, of families that are configured, and the configured ones as
 * long as nothing says that they are on their way out.
 */
export function serviceRanges(configured: readonly string[], all: readonly ServiceCIDR[]): readonly IpRange[] {
  const isOut = all.some(({ metadata, status }) => metadata.name === DEFAULT_NAME && isGoing(metadata, status));
  const ofCluster = new Set(configured.map(text => parseIpRange(text)?.family));
  const texts = new Set(isOut ? [] : configured);
  for (const { metadata, spec, status } of all) {
    if (isGoing(metadata, status)) continue;
    for (const text of spec.cidrs ?? []) if (ofCluster.has(parseIpRange(text)?.family)) texts.add(text);
  }
  return [...texts].flatMap(text => parseIpRange(text) ?? []);
}

/** One that nobody has judged yet counts as ready, as upstream's does. */
const isGoing = ({ deletionTimestamp }: ServiceCIDR['metadata'], { conditions = [] }: ServiceCIDR['status']): boolean =>
  deletionTimestamp !== undefined || conditions.find(({ type }) => type === 'Ready')?.status === 'False';
