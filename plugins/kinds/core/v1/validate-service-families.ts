import { duplicate, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { ipFamily, ipProblems } from '../../../../src/base/ip-problems.ts';
import type { ServiceSpec } from './service-spec.ts';

const FAMILIES: readonly string[] = ['IPv4', 'IPv6'];
const POLICIES: readonly string[] = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export const isHeadless = ({ clusterIP, clusterIPs = [] }: ServiceSpec): boolean =>
  clusterIP === 'None' && (clusterIPs.length === 0 || (clusterIPs.length === 1 && clusterIPs[0] === 'None'));

/** Who says the one address only means the list as well. */
export const clusterIpsOf = ({ clusterIP, clusterIPs }: ServiceSpec): readonly string[] =>
  clusterIPs ?? (clusterIP === undefined ? [] : [clusterIP]);

/** Addresses and their families; core validation's ValidateServiceClusterIPsRelatedFields. */
export function validateServiceFamilies(spec: ServiceSpec): readonly FieldError[] {
  const { type, clusterIP, ipFamilies = [], ipFamilyPolicy } = spec;
  if (type === 'ExternalName') return [];
  const clusterIPs = clusterIpsOf(spec);
  const field = 'spec.clusterIPs';
  const errors: FieldError[] = [];
  if (clusterIP === undefined && clusterIPs.length > 0) {
    errors.push(invalid(field, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIP !== undefined && clusterIPs[0] !== clusterIP) {
    errors.push(
      clusterIPs.length === 0 ? required(field) : invalid(field, clusterIPs, 'first value must match `clusterIP`'),
    );
  }
  for (const [index, family] of ipFamilies.entries()) {
    const place = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(place, family, FAMILIES));
    if (ipFamilies.indexOf(family) < index) errors.push(duplicate(place, family));
  }
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES));
  }
  const bad = badAddresses(clusterIPs);
  errors.push(...bad);
  if (clusterIPs.length > 2) errors.push(invalid(field, clusterIPs, 'may only hold up to 2 values'));
  return bad.length > 0 ? errors : [...errors, ...mismatches(clusterIPs, ipFamilies)];
}

function badAddresses(clusterIPs: readonly string[]): readonly FieldError[] {
  return clusterIPs.flatMap((address, index) => {
    if (index > 0 || address !== 'None') {
      return ipProblems(address).map(problem => invalid(`spec.clusterIPs[${index}]`, address, problem));
    }
    return clusterIPs.length === 1
      ? []
      : [invalid('spec.clusterIPs', clusterIPs, "'None' must be the first and only value")];
  });
}

function mismatches(clusterIPs: readonly string[], families: readonly string[]): readonly FieldError[] {
  if (clusterIPs[0] === 'None') return [];
  const errors: FieldError[] = [];
  const [first, second] = clusterIPs.map(ipFamily);
  if (clusterIPs.length > 1 && (clusterIPs.length > 2 || first === second)) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  for (const [index, address] of clusterIPs.entries()) {
    const family = families[index];
    const is = `IPv${ipFamily(address)}`;
    if (family === undefined || family === is || !FAMILIES.includes(family)) continue;
    const article = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`spec.clusterIPs[${index}]`, address, article));
  }
  return errors;
}
