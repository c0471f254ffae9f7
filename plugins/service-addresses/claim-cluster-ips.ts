import { invalid, type FieldError } from '../../src/api/field-error.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { formatIp, isWithin, type IpRange } from '../../src/base/ip-range.ts';
import type { Random } from '../../src/base/world.ts';
import type { ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import { clusterIpsOf } from '../kinds/core/v1/validate-service-families.ts';
import type { AddressSpace, Claimed } from './address-space.ts';
import { pickFree, staticBand } from './number-pool.ts';
import { isAsItWas, settleFamilies, type Family } from './settle-families.ts';

/** The spec with an address of each of its families: those it asks for, those it had before, or free ones. */
export function claimClusterIps(
  given: ServiceSpec,
  old: ServiceSpec | undefined,
  space: AddressSpace,
  random: Random,
): Claimed {
  if (given.type === 'ExternalName') {
    const { clusterIP: _, clusterIPs: __, ipFamilies: ___, ipFamilyPolicy: ____, ...rest } = given;
    return { spec: rest };
  }
  const before = old?.type === 'ExternalName' ? undefined : old;
  const spec = withAddressesOf(given, before);
  if (isAsItWas(spec, old)) return { spec };
  const settled = settleFamilies(spec, old, space.families);
  if ('errors' in settled) return settled;
  const { families, clusterIPs: wanted } = settled;
  if (spec.clusterIP === 'None') return { spec: { ...spec, ...families, clusterIP: 'None', clusterIPs: ['None'] } };
  const had = before === undefined ? [] : clusterIpsOf(before);
  const asked = families.ipFamilies.map((_, index) => wanted[index] ?? '');
  const clusterIPs: string[] = [];
  for (const [index, family] of (families.ipFamilies as readonly Family[]).entries()) {
    const address = wanted[index] ?? freeAddress(space, family, random);
    if (address === undefined) return { errors: [exhausted()] };
    const isNew = wanted[index] !== undefined && !had.includes(address);
    const complaint = isNew ? complaintAbout(address, space) : undefined;
    if (complaint !== undefined) {
      return { errors: [invalid('spec.clusterIPs', asked, `failed to allocate IP ${address}: ${complaint}`)] };
    }
    clusterIPs.push(address);
  }
  const [clusterIP = ''] = clusterIPs;
  return { spec: { ...spec, ...families, clusterIP, clusterIPs } };
}

function withAddressesOf(spec: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  if (spec.clusterIP !== undefined || old?.clusterIP === undefined) return spec;
  return { ...spec, clusterIP: old.clusterIP, clusterIPs: spec.clusterIPs ?? clusterIpsOf(old) };
}

function freeAddress(space: AddressSpace, family: Family, random: Random): string | undefined {
  for (const range of space.serviceCidrs) {
    if (range.family !== (family === 'IPv6' ? 6 : 4)) continue;
    const { first, size } = usable(range);
    const addressAt = (offset: number): string => formatIp(range.family, first + BigInt(offset));
    const isTaken = (offset: number): boolean => {
      const address = addressAt(offset);
      return space.isAddressRefused(address) || space.isAddressTaken(address);
    };
    const reservedForStatic = staticBand(size, 16, 256);
    const offset = pickFree({ first: 0, size, reservedForStatic }, isTaken, random);
    if (offset !== undefined) return addressAt(offset);
  }
  return undefined;
}

function complaintAbout(address: string, space: AddressSpace): string | undefined {
  const ip = parseIp(address);
  const isUsable = (range: IpRange): boolean => {
    const { first, last } = usable(range);
    return ip !== undefined && isWithin(range, ip) && ip.value >= first && ip.value <= last;
  };
  if (!space.serviceCidrs.some(isUsable)) return 'the provided network does not match the current range';
  return space.isAddressRefused(address) ? 'provided IP is already allocated' : undefined;
}

const exhausted = (): FieldError => invalid('spec.clusterIPs', [], 'failed to allocate a serviceIP: range is full');

/** As many as a number can count, of a range that has more. */
const MOST_ADDRESSES = 2n ** 48n;

/** Neither the network's own address nor, of IPv4, the broadcast address are handed out. */
function usable({ family, first: network, last: end }: IpRange): {
  readonly first: bigint;
  readonly last: bigint;
  readonly size: number;
} {
  const first = network + 1n;
  const last = family === 4 ? end - 1n : end;
  const count = last - first + 1n;
  return { first, last, size: count < 0n ? 0 : Number(count > MOST_ADDRESSES ? MOST_ADDRESSES : count) };
}
