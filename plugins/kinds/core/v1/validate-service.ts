import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateLabels } from '../../../../src/api/validate-metadata.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { ipProblems } from '../../../../src/base/ip-problems.ts';
import { portProblems, portRefProblems } from '../../../../src/base/port-problems.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { ServiceObject } from './service-object.ts';
import type { ServicePort, ServiceSpec } from './service-spec.ts';

/** The longest a client may stay with one pod: a day. */
const MAX_AFFINITY_SECONDS = 86_400;

export function validateService({ spec }: ServiceObject): readonly FieldError[] {
  return [
    ...validatePresence(spec),
    ...validatePorts(spec),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateAddresses(spec),
    ...validatePolicies(spec),
  ];
}

/** Ports are what a service is for, unless it is a name or headless. */
function validatePresence({ type, ports = [], clusterIP = '', externalName = '' }: ServiceSpec): readonly FieldError[] {
  const isHeadless = clusterIP === 'None';
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') errors.push(required('spec.ports'));
  if (type === 'LoadBalancer' && isHeadless) {
    errors.push(invalid('spec.clusterIPs[0]', clusterIP, "may not be set to 'None' for LoadBalancer services"));
  }
  if (type === 'NodePort' && isHeadless) {
    errors.push(invalid('spec.clusterIPs[0]', clusterIP, "may not be set to 'None' for NodePort services"));
  }
  if (type !== 'ExternalName') return errors;
  if (clusterIP !== '') errors.push(forbidden('spec.clusterIPs[0]', 'may not be set when `type` is `ExternalName`'));
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  if (externalName === '') errors.push(required('spec.externalName'));
  else errors.push(...subdomainProblems(name).map(problem => invalid('spec.externalName', externalName, problem)));
  return errors;
}

function validatePorts({ ports = [], type }: ServiceSpec): readonly FieldError[] {
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = `spec.ports[${index}]`;
    const errors = [...validatePort(port, ports.length > 1, path)];
    const { name = '', protocol, nodePort } = port;
    if (name !== '' && names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    const number = `${protocol}/${port.port}`;
    if (numbers.has(number)) errors.push(duplicate(path, { port: port.port, protocol }));
    numbers.add(number);
    if (nodePort !== undefined && (type === 'ClusterIP' || type === 'ExternalName')) {
      errors.push(forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    }
    if (nodePort !== undefined) {
      if (nodePorts.has(`${protocol}/${nodePort}`)) errors.push(duplicate(`${path}.nodePort`, nodePort));
      nodePorts.add(`${protocol}/${nodePort}`);
    }
    return errors;
  });
}

function validatePort(port: ServicePort, needsName: boolean, field: string): readonly FieldError[] {
  const { name = '', targetPort } = port;
  const errors: FieldError[] = [];
  if (name !== '') errors.push(...dnsLabelProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
  else if (needsName) errors.push(required(`${field}.name`));
  errors.push(...portProblems(port.port).map(problem => invalid(`${field}.port`, port.port, problem)));
  if (targetPort !== undefined) {
    errors.push(...portRefProblems(targetPort).map(problem => invalid(`${field}.targetPort`, targetPort, problem)));
  }
  return errors;
}

function validateAffinity({ sessionAffinityConfig }: ServiceSpec): readonly FieldError[] {
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined || (seconds > 0 && seconds <= MAX_AFFINITY_SECONDS)) return [];
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  return [invalid(field, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`)];
}

function validateAddresses({ clusterIP = '', clusterIPs = [], externalIPs = [] }: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (clusterIP !== '' && clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'));
  } else if (clusterIP === '' && clusterIPs.length > 0) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, '`clusterIPs` must be empty when `clusterIP` is not specified'));
  }
  if (clusterIP !== '' && clusterIP !== 'None') {
    errors.push(...ipProblems(clusterIP).map(problem => invalid('spec.clusterIPs[0]', clusterIP, problem)));
  }
  for (const [index, address] of externalIPs.entries()) {
    const field = `spec.externalIPs[${index}]`;
    errors.push(...ipProblems(address).map(problem => invalid(field, address, problem)));
    if (address.startsWith('127.'))
      errors.push(invalid(field, address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  }
  return errors;
}

function validatePolicies(spec: ServiceSpec): readonly FieldError[] {
  const { type, externalIPs = [], externalTrafficPolicy, healthCheckNodePort, trafficDistribution } = spec;
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0);
  const errors: FieldError[] = [];
  if (!isExternal && externalTrafficPolicy !== undefined) {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalid('spec.externalTrafficPolicy', externalTrafficPolicy, detail));
  }
  if (healthCheckNodePort !== undefined && !(type === 'LoadBalancer' && externalTrafficPolicy === 'Local')) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', healthCheckNodePort, detail));
  }
  if (type !== 'LoadBalancer' && spec.loadBalancerClass !== undefined) {
    errors.push(forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"));
  }
  if (type !== 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'"));
  }
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS));
  }
  return errors;
}

const DISTRIBUTIONS: readonly string[] = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

/** The address of a service stays, as long as it has one. */
export function validateServiceUpdate({ spec }: ServiceObject, { spec: old }: ServiceObject): readonly FieldError[] {
  const keeps = spec.type !== 'ExternalName' && old.type !== 'ExternalName' && (old.clusterIP ?? '') !== '';
  if (!keeps || spec.clusterIP === old.clusterIP) return [];
  return [invalid('spec.clusterIPs[0]', [spec.clusterIP ?? ''], 'may not change once set')];
}
