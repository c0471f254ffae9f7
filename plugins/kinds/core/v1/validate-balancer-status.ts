import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { ipFamily, ipProblems } from '../../../../src/base/ip-problems.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { ServiceObject } from './service-object.ts';
import type { LoadBalancerIngress } from './service-status.ts';

const FIELD = 'status.loadBalancer.ingress';
const MODES: readonly string[] = ['Proxy', 'VIP'];

/** Where a load balancer is reached; core validation's ValidateLoadBalancerStatus. */
export function validateBalancerStatus({ spec, status }: ServiceObject): readonly FieldError[] {
  const { ingress = [] } = status.loadBalancer;
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(FIELD, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return ingress.flatMap((place, index) => validateIngress(place, `${FIELD}[${index}]`));
}

function validateIngress({ ip = '', ipMode, hostname = '' }: LoadBalancerIngress, field: string) {
  const errors: FieldError[] = [];
  if (ip !== '') errors.push(...ipProblems(ip).map(problem => invalid(`${field}.ip`, ip, problem)));
  if (ipMode === undefined) {
    if (ip !== '') errors.push(required(`${field}.ipMode`, 'must be specified when `ip` is set'));
  } else if (ip === '') {
    errors.push(forbidden(`${field}.ipMode`, 'may not be specified when `ip` is not set'));
  } else if (!MODES.includes(ipMode)) {
    errors.push(notSupported(`${field}.ipMode`, ipMode, MODES));
  }
  if (hostname === '') return errors;
  errors.push(...subdomainProblems(hostname).map(problem => invalid(`${field}.hostname`, hostname, problem)));
  if (ipFamily(hostname) !== undefined) {
    errors.push(invalid(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  }
  return errors;
}
