import { invalid, type FieldError } from '../../src/api/field-error.ts';
import { ipFamily } from '../../src/base/ip-problems.ts';
import type { ServiceSpec } from '../kinds/core/v1/service-spec.ts';

type Families = Required<Pick<ServiceSpec, 'ipFamilies' | 'ipFamilyPolicy'>>;
export type Settled = { readonly families: Families } | { readonly errors: readonly FieldError[] };

/** Which families a service has in a cluster of IPv4 alone; the registry's initIPFamilyFields. */
export function settleFamilies(spec: ServiceSpec, old: ServiceSpec | undefined): Settled {
  const { clusterIP, clusterIPs = [], ipFamilies: given = [], selector = {} } = spec;
  // Whoever makes its endpoints may do so in both families.
  const isBare = clusterIP === 'None' && Object.keys(selector).length === 0;
  const policy = spec.ipFamilyPolicy ?? old?.ipFamilyPolicy ?? (isBare ? 'RequireDualStack' : 'SingleStack');
  const errors: FieldError[] = [];
  if (policy === 'SingleStack') {
    if (clusterIPs.length > 1) errors.push(invalid('spec.ipFamilyPolicy', policy, needsDual('cluster IPs')));
    if (given.length > 1) errors.push(invalid('spec.ipFamilyPolicy', policy, needsDual('IP families')));
  }
  for (const [index, address] of clusterIPs.entries()) {
    if (given[index] !== undefined || ipFamily(address) !== 6) continue;
    errors.push(invalid(`spec.clusterIPs[${index}]`, clusterIPs, 'IPv6 is not configured on this cluster'));
  }
  if (errors.length > 0) return { errors };
  const ipFamilies = given.length > 0 ? given : (['IPv4'] as const);
  if (isBare) return { families: { ipFamilies: bareFamilies(ipFamilies, policy), ipFamilyPolicy: policy } };
  if (policy === 'RequireDualStack') {
    errors.push(invalid('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [index, family] of ipFamilies.entries()) {
    if (family === 'IPv4') continue;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  return errors.length > 0 ? { errors } : { families: { ipFamilies, ipFamilyPolicy: policy } };
}

const needsDual = (what: string): string =>
  `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;

function bareFamilies(ipFamilies: Families['ipFamilies'], policy: string): Families['ipFamilies'] {
  if (ipFamilies.length > 1 || policy === 'SingleStack') return ipFamilies;
  return ipFamilies[0] === 'IPv6' ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6'];
}
