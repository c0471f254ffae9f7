import { ipWarnings } from '../../../../src/base/ip-problems.ts';
import type { ServiceObject } from './service-object.ts';
import { isHeadless } from './validate-service-families.ts';

/** What of a service has no effect, or will soon have none. */
export function serviceWarnings({ metadata, spec }: ServiceObject): readonly string[] {
  const { type, clusterIPs = [], externalIPs = [], loadBalancerIP = '', trafficDistribution } = spec;
  const warnings: string[] = [];
  if (metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined) {
    warnings.push(
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, ' +
        'please use service.kubernetes.io/topology-mode instead',
    );
  }
  const headless = type === 'ClusterIP' && isHeadless(spec);
  if (headless) {
    if (loadBalancerIP !== '') warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (externalIPs.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  } else {
    warnings.push(...clusterIPs.flatMap((address, index) => ipWarnings(address, `spec.clusterIPs[${index}]`)));
  }
  warnings.push(...externalIPs.flatMap((address, index) => ipWarnings(address, `spec.externalIPs[${index}]`)));
  if (externalIPs.length > 0 && !headless && type !== 'ExternalName') {
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  warnings.push(...ipWarnings(loadBalancerIP, 'spec.loadBalancerIP'));
  if (type === 'ExternalName' && externalIPs.length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (type !== 'ExternalName' && spec.externalName !== undefined) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (trafficDistribution === 'PreferClose') {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}
