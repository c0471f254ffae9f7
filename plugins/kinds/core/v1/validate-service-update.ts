import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { ServiceObject } from './service-object.ts';
import type { ServiceSpec } from './service-spec.ts';
import { clusterIpsOf, isHeadless, validateServiceFamilies } from './validate-service-families.ts';
import { needsHealthCheck } from './validate-service.ts';

/** What a service has been given stays with it, as long as its type has a use for it. */
export function validateServiceUpdate({ spec }: ServiceObject, { spec: old }: ServiceObject): readonly FieldError[] {
  if (validateServiceFamilies(spec).length > 0) return [];
  const errors = spec.type === 'ExternalName' || old.type === 'ExternalName' ? [] : keptAddresses(spec, old);
  const { loadBalancerClass = null } = spec;
  const isBalancer = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  if (isBalancer && loadBalancerClass !== (old.loadBalancerClass ?? null)) {
    errors.push(invalid('spec.loadBalancerClass', loadBalancerClass, ONCE));
  }
  const isChecked = needsHealthCheck(spec) && needsHealthCheck(old);
  if (isChecked && spec.healthCheckNodePort !== old.healthCheckNodePort) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  return errors;
}

const ONCE = 'may not change once set';

function keptAddresses(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (isHeadless(spec) && isHeadless(old)) return [];
  const errors: FieldError[] = [];
  const [now, before] = [clusterIpsOf(spec), clusterIpsOf(old)];
  const field = 'spec.clusterIPs[0]';
  if (now.length === 0 && before.length > 0) errors.push(invalid(field, null, 'primary clusterIP can not be unset'));
  else if (before.length > 0 && now[0] !== before[0]) errors.push(invalid(field, now, ONCE));
  if (isHeadless(spec) !== isHeadless(old)) return errors;
  const { ipFamilies = [] } = spec;
  const family = old.ipFamilies?.[0];
  if (family !== undefined && ipFamilies[0] !== undefined && ipFamilies[0] !== family) {
    errors.push(invalid('spec.ipFamilies[0]', ipFamilies, ONCE));
  }
  return errors;
}
