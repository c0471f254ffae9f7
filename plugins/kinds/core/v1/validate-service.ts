import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabels } from '../../../../src/api/validate-metadata.ts';
import { cidrProblems, endpointIpProblems, ipProblems } from '../../../../src/base/ip-problems.ts';
import { portProblems } from '../../../../src/base/port-problems.ts';
import { qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { ServiceObject } from './service-object.ts';
import { SERVICE_TYPES, type ServiceSpec } from './service-spec.ts';
import { isHeadless, validateServiceFamilies } from './validate-service-families.ts';
import { portClashes, validateServicePorts } from './validate-service-ports.ts';

/** The longest a client may stay with one pod: a day. */
const MAX_AFFINITY_SECONDS = 86_400;

/**
 * Core validation's validateService, in its order. Nothing else is said of a service whose addresses and families do
 * not make sense: upstream looks at them before it looks at the whole.
 */
export function validateService({ metadata, spec }: ServiceObject): readonly FieldError[] {
  const early = validateServiceFamilies(spec);
  if (early.length > 0) return early;
  return [
    ...validatePresence(spec),
    ...validateServicePorts(spec),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateExternalAddresses(spec),
    ...(SERVICE_TYPES.includes(spec.type) ? [] : [notSupported('spec.type', spec.type, SERVICE_TYPES)]),
    ...portClashes(spec),
    ...validateSourceRanges(spec, metadata.annotations?.[SOURCE_RANGES]),
    ...validateLoadBalancer(spec),
    ...validatePolicies(spec),
  ];
}

/** Ports are what a service is for, unless it is a name or headless. */
function validatePresence(spec: ServiceSpec): readonly FieldError[] {
  const { type, ports = [], externalName = '' } = spec;
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') errors.push(required('spec.ports'));
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type !== 'ExternalName') return errors;
  const foreign = {
    clusterIPs: spec.clusterIP ?? spec.clusterIPs,
    ipFamilies: spec.ipFamilies,
    ipFamilyPolicy: spec.ipFamilyPolicy,
  };
  for (const [name, value] of Object.entries(foreign)) {
    if (value !== undefined) errors.push(forbidden(`spec.${name}`, 'may not be set for ExternalName services'));
  }
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...subdomainProblems(name).map(problem => invalid('spec.externalName', name, problem)));
  return errors;
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): readonly FieldError[] {
  if (sessionAffinity !== 'ClientIP' && sessionAffinity !== 'None') {
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined || (seconds > 0 && seconds <= MAX_AFFINITY_SECONDS)) return [];
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  return [invalid(field, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`)];
}

const validateExternalAddresses = ({ externalIPs = [] }: ServiceSpec): readonly FieldError[] =>
  externalIPs.flatMap((address, index) => {
    const problems = ipProblems(address);
    return (problems.length > 0 ? problems : endpointIpProblems(address)).map(problem =>
      invalid(`spec.externalIPs[${index}]`, address, problem),
    );
  });

/** Where the ranges were before they had a field. */
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

function validateSourceRanges(spec: ServiceSpec, annotation: string | undefined): readonly FieldError[] {
  const { type, loadBalancerSourceRanges: ranges = [] } = spec;
  const isField = ranges.length > 0;
  if (!isField && annotation === undefined) return [];
  // Upstream writes the field with a capital letter.
  const field = isField ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${SOURCE_RANGES}]`;
  const said = (isField ? ranges : (annotation ?? '').split(',')).map(range => range.trim());
  const complaints = said.flatMap((range, index) =>
    !isField && annotation?.trim() === ''
      ? []
      : cidrProblems(range).map(problem => invalid(isField ? `${field}[${index}]` : field, range, problem)),
  );
  return type === 'LoadBalancer' ? complaints : [forbidden(field, FOR_BALANCERS), ...complaints];
}

const FOR_BALANCERS = "may only be used when `type` is 'LoadBalancer'";

function validateLoadBalancer({ type, ...spec }: ServiceSpec): readonly FieldError[] {
  const { loadBalancerClass, allocateLoadBalancerNodePorts } = spec;
  if (type === 'LoadBalancer') {
    return qualifiedNameProblems(loadBalancerClass ?? 'none').map(problem =>
      invalid('spec.loadBalancerClass', loadBalancerClass, problem),
    );
  }
  return Object.entries({ allocateLoadBalancerNodePorts, loadBalancerClass })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => forbidden(`spec.${name}`, FOR_BALANCERS));
}

function validatePolicies(spec: ServiceSpec): readonly FieldError[] {
  const { type, externalIPs = [], externalTrafficPolicy, healthCheckNodePort, internalTrafficPolicy } = spec;
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0);
  const errors: FieldError[] = [];
  if (externalTrafficPolicy !== undefined && !isExternal) {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalid('spec.externalTrafficPolicy', externalTrafficPolicy, detail));
  } else if (externalTrafficPolicy !== undefined && !WHERE.includes(externalTrafficPolicy)) {
    errors.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, WHERE));
  }
  if (healthCheckNodePort !== undefined) {
    const problems = needsHealthCheck(spec)
      ? portProblems(healthCheckNodePort)
      : ["may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"];
    errors.push(...problems.map(problem => invalid('spec.healthCheckNodePort', healthCheckNodePort, problem)));
  }
  if (internalTrafficPolicy !== undefined && !WHERE.includes(internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, WHERE));
  }
  const { trafficDistribution } = spec;
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS));
  }
  return errors;
}

/** Whether balancers ask each node if it has pods. */
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const WHERE: readonly string[] = ['Cluster', 'Local'];
const DISTRIBUTIONS: readonly string[] = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
