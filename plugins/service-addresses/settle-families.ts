import { invalid, type FieldError } from '../../src/api/field-error.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { ipFamily } from '../../src/base/ip-problems.ts';
import type { ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import { clusterIpsOf } from '../kinds/core/v1/validate-service-families.ts';

export type Family = 'IPv4' | 'IPv6';
type Families = Required<Pick<ServiceSpec, 'ipFamilies' | 'ipFamilyPolicy'>>;
export type Settled =
  /** With the addresses that are asked for, or had; of a family that is new none. */
  { readonly families: Families; readonly clusterIPs: readonly string[] } | { readonly errors: readonly FieldError[] };

const NO_IPS: readonly string[] = [];

/** Which families a service has in a cluster that has these, the first by default; the registry's initIPFamilyFields. */
export function settleFamilies(spec: ServiceSpec, old: ServiceSpec | undefined, ofCluster: readonly Family[]): Settled {
  const { clusterIP, selector = {} } = spec;
  // Whoever makes its endpoints may do so in both families.
  const isBare = clusterIP === 'None' && Object.keys(selector).length === 0;
  const policy = spec.ipFamilyPolicy ?? old?.ipFamilyPolicy ?? (isBare ? 'RequireDualStack' : 'SingleStack');
  const { clusterIPs, given } = kept(spec, old, policy);
  const errors = [...reductions({ clusterIPs, given }, old, policy), ...excess({ clusterIPs, given }, policy)];
  const inferred = new Set<Family>(given as readonly Family[]);
  for (const [index, address] of clusterIPs.entries()) {
    if (given[index] !== undefined || address === 'None') continue;
    const family: Family = ipFamily(address) === 6 ? 'IPv6' : 'IPv4';
    if (ofCluster.includes(family)) inferred.add(family);
    else errors.push(invalid(`spec.clusterIPs[${index}]`, clusterIPs, `${family} is not configured on this cluster`));
  }
  if (errors.length > 0) return { errors };
  const settled = (ipFamilies: Families['ipFamilies']): Settled => ({
    families: { ipFamilies, ipFamilyPolicy: policy },
    clusterIPs,
  });
  const ipFamilies = inferred.size > 0 ? [...inferred] : ofCluster.slice(0, 1);
  if (isBare) return settled(policy === 'SingleStack' ? ipFamilies : bothOf(ipFamilies));
  if (policy === 'RequireDualStack' && ofCluster.length < 2) {
    errors.push(invalid('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [index, family] of ipFamilies.entries()) {
    if (ofCluster.includes(family)) continue;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  if (errors.length > 0) return { errors };
  return settled(policy === 'SingleStack' || ofCluster.length < 2 ? ipFamilies : bothOf(ipFamilies));
}

/**
 * A service that prefers two families is left as it is when a cluster gets its second or loses it, until what it says
 * of families changes; the registry's isMatchingPreferDualStackClusterIPFields.
 */
export function isAsItWas(spec: ServiceSpec, old: ServiceSpec | undefined): boolean {
  return (
    old !== undefined &&
    spec.type === old.type &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    isDeepEqual(clusterIpsOf(spec), clusterIpsOf(old)) &&
    isDeepEqual(spec.ipFamilies ?? [], old.ipFamilies ?? [])
  );
}

interface Asked {
  readonly clusterIPs: readonly string[];
  readonly given: readonly string[];
}

/** Whoever only says that one family shall do gives the second back. */
function kept(spec: ServiceSpec, old: ServiceSpec | undefined, policy: string): Asked {
  const { ipFamilies: given = NO_IPS } = spec;
  const clusterIPs = clusterIpsOf(spec);
  if (old === undefined || policy !== 'SingleStack') return { clusterIPs, given };
  return {
    clusterIPs: isDeepEqual(clusterIPs, clusterIpsOf(old)) ? clusterIPs.slice(0, 1) : clusterIPs,
    given: isDeepEqual(given, old.ipFamilies ?? NO_IPS) ? given.slice(0, 1) : given,
  };
}

function reductions({ clusterIPs, given }: Asked, old: ServiceSpec | undefined, policy: string): FieldError[] {
  if (old === undefined || policy === 'SingleStack') return [];
  const isReduced = (now: readonly string[], before: readonly string[]): boolean =>
    now.length > 0 && now.length < before.length;
  const place = (what: string): FieldError =>
    invalid('spec.ipFamilyPolicy', policy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(isReduced(clusterIPs, clusterIpsOf(old)) ? [place('cluster IP')] : []),
    ...(isReduced(given, old.ipFamilies ?? NO_IPS) ? [place('IP family')] : []),
  ];
}

function excess({ clusterIPs, given }: Asked, policy: string): FieldError[] {
  if (policy !== 'SingleStack') return [];
  const place = (what: string): FieldError =>
    invalid(
      'spec.ipFamilyPolicy',
      policy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(clusterIPs.length > 1 ? [place('cluster IPs')] : []),
    ...(given.length > 1 ? [place('IP families')] : []),
  ];
}

function bothOf(ipFamilies: readonly Family[]): readonly Family[] {
  if (ipFamilies.length > 1) return ipFamilies;
  return ipFamilies[0] === 'IPv6' ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6'];
}
