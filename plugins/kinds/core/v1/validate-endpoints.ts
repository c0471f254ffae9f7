import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { endpointIpProblems, ipProblems, ipWarnings } from '../../../../src/base/ip-problems.ts';
import { portProblems } from '../../../../src/base/port-problems.ts';
import { qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset } from './endpoint-subset.ts';

const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];

/** Core validation's validateEndpointSubsets. */
export const validateEndpoints = (subsets: readonly EndpointSubset[]): readonly FieldError[] =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
    const field = `subsets[${index}]`;
    const isEmpty = addresses.length + notReadyAddresses.length === 0;
    return [
      ...(isEmpty ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...Object.entries({ addresses, notReadyAddresses }).flatMap(([name, list]) =>
        list.flatMap((address, at) => validateAddress(address, `${field}.${name}[${at}]`)),
      ),
      ...ports.flatMap((port, at) => validatePort(port, ports.length > 1, `${field}.ports[${at}]`)),
    ];
  });

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, field: string): readonly FieldError[] {
  const about = (name: string, value: string | undefined, problems: (text: string) => readonly string[]) =>
    value === undefined ? [] : problems(value).map(problem => invalid(`${field}.${name}`, value, problem));
  return [
    ...about('ip', ip, ipProblems),
    ...about('hostname', hostname, dnsLabelProblems),
    ...about('nodeName', nodeName, name => subdomainProblems(name)),
    ...about('ip', ip, endpointIpProblems),
  ];
}

function validatePort(
  { name = '', port, protocol, appProtocol }: EndpointPort,
  needsName: boolean,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = name === '' && needsName ? [required(`${field}.name`)] : [];
  if (name !== '') errors.push(...dnsLabelProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
  errors.push(...portProblems(port).map(problem => invalid(`${field}.port`, port, problem)));
  if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  if (appProtocol !== undefined) {
    errors.push(...qualifiedNameProblems(appProtocol).map(p => invalid(`${field}.appProtocol`, appProtocol, p)));
  }
  return errors;
}

/** What the controller that makes most of them writes needs no second look. */
export function endpointsWarnings({
  metadata,
  subsets = [],
}: AnyObject & { readonly subsets?: readonly EndpointSubset[] }): readonly string[] {
  if (metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [] }, index) =>
    Object.entries({ addresses, notReadyAddresses }).flatMap(([name, list]) =>
      list.flatMap(({ ip }, at) => ipWarnings(ip, `subsets[${index}].${name}[${at}].ip`)),
    ),
  );
}
