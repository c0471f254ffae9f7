import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateLabels } from '../../../../src/api/validate-metadata.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { canonicalIpProblems, endpointIpProblems, ipFamily, ipProblems } from '../../../../src/base/ip-problems.ts';
import { labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { Endpoint, EndpointHints, EndpointPort } from './endpoint.ts';
import { validateDomain } from './validate-domain.ts';

const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_HINTS = 8;
const MAX_TOPOLOGY_LABELS = 16;
const ADDRESS_TYPES: readonly string[] = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];

interface SliceLike {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports: readonly EndpointPort[] | null;
}

/** Discovery validation's ValidateEndpointSlice, in its order; endpoints that were there before are not judged again. */
export function validateEndpointSlice(slice: SliceLike, old?: SliceLike): readonly FieldError[] {
  const { addressType, endpoints, ports } = slice;
  const isKept = old !== undefined && isDeepEqual(endpoints, old.endpoints);
  return [
    ...(addressType === '' ? [required('addressType')] : supported('addressType', addressType, ADDRESS_TYPES)),
    ...validatePorts(ports ?? []),
    ...(isKept ? [] : validateEndpoints(endpoints ?? [], addressType)),
  ];
}

const supported = (field: string, value: string, values: readonly string[]): readonly FieldError[] =>
  values.includes(value) ? [] : [notSupported(field, value, values)];

function validatePorts(ports: readonly EndpointPort[]): readonly FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)];
  const names = new Set<string>();
  return ports.flatMap(({ name, protocol, appProtocol }, index) => {
    const field = `ports[${index}]`;
    const errors: FieldError[] = [];
    if (name !== '') errors.push(...dnsLabelProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    errors.push(...supported(`${field}.protocol`, protocol, PROTOCOLS));
    if (appProtocol !== undefined) {
      errors.push(...qualifiedNameProblems(appProtocol).map(p => invalid(`${field}.appProtocol`, appProtocol, p)));
    }
    return errors;
  });
}

function validateEndpoints(endpoints: readonly Endpoint[], addressType: string): readonly FieldError[] {
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)];
  return endpoints.flatMap(({ addresses, nodeName, deprecatedTopology = {}, hostname, hints }, index) => {
    const field = `endpoints[${index}]`;
    const place = `${field}.addresses`;
    const errors: FieldError[] = [];
    if (addresses.length === 0) errors.push(required(place, 'must contain at least 1 address'));
    else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(place, addresses.length, MAX_ADDRESSES));
    errors.push(...addresses.flatMap((address, at) => addressErrors(address, addressType, place, at)));
    if (nodeName !== undefined) {
      errors.push(...subdomainProblems(nodeName).map(problem => invalid(`${field}.nodeName`, nodeName, problem)));
    }
    const labels = Object.keys(deprecatedTopology).length;
    if (labels > MAX_TOPOLOGY_LABELS) errors.push(tooMany(`${field}.deprecatedTopology`, labels, MAX_TOPOLOGY_LABELS));
    errors.push(...validateLabels(deprecatedTopology, `${field}.deprecatedTopology`));
    if (hostname !== undefined) {
      errors.push(...dnsLabelProblems(hostname).map(problem => invalid(`${field}.hostname`, hostname, problem)));
    }
    return [...errors, ...(hints === undefined ? [] : validateHints(hints, `${field}.hints`))];
  });
}

/** Old slices hold IPv4 addresses in any spelling; those of the newer families are asked for the right one. */
function addressErrors(address: string, addressType: string, list: string, at: number): readonly FieldError[] {
  const field = `${list}[${at}]`;
  if (addressType === 'FQDN') return validateDomain(address, field);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const isFour = addressType === 'IPv4';
  const problems = isFour ? ipProblems(address) : canonicalIpProblems(address);
  if (problems.length > 0) return problems.map(problem => invalid(field, address, problem));
  return [
    ...(ipFamily(address) === (isFour ? 4 : 6) ? [] : [invalid(list, address, `must be an ${addressType} address`)]),
    ...endpointIpProblems(address).map(problem => invalid(field, address, problem)),
  ];
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, field: string): readonly FieldError[] {
  const zones = hintErrors(forZones, `${field}.forZones`, labelValueProblems);
  if (forZones.length > MAX_HINTS) return zones;
  return [...zones, ...hintErrors(forNodes, `${field}.forNodes`, name => subdomainProblems(name))];
}

function hintErrors(
  hints: readonly { readonly name: string }[],
  field: string,
  problems: (name: string) => readonly string[],
): readonly FieldError[] {
  if (hints.length > MAX_HINTS) return [tooMany(field, hints.length, MAX_HINTS)];
  const names = hints.map(({ name }) => name);
  return names.flatMap((name, index) => [
    ...(names.indexOf(name) < index ? [duplicate(`${field}[${index}].name`, name)] : []),
    ...problems(name).map(problem => invalid(`${field}[${index}].name`, name, problem)),
  ]);
}

export const validateEndpointSliceUpdate = (next: SliceLike, old: SliceLike): readonly FieldError[] =>
  next.addressType === old.addressType ? [] : [invalid('addressType', next.addressType, 'field is immutable')];
