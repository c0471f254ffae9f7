import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { ipProblems } from '../../../../src/base/ip-problems.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { Endpoint, EndpointPort } from './endpoint.ts';

const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;

interface SliceLike {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports?: readonly EndpointPort[];
}

export function validateEndpointSlice({ addressType, endpoints, ports = [] }: SliceLike): readonly FieldError[] {
  const errors: FieldError[] = tooMany('endpoints', endpoints.length, MAX_ENDPOINTS);
  for (const [index, { addresses = [] }] of endpoints.entries()) {
    const field = `endpoints[${index}].addresses`;
    if (addresses.length === 0) errors.push(required(field, 'must contain at least 1 address'));
    errors.push(...tooMany(field, addresses.length, MAX_ADDRESSES));
    const rule = addressType === 'FQDN' ? subdomainProblems : ipProblems;
    for (const [at, address] of addresses.entries()) {
      errors.push(...rule(address).map(problem => invalid(`${field}[${at}]`, address, problem)));
    }
  }
  for (const [index, { name }] of ports.entries()) {
    if (name === '') continue;
    errors.push(...dnsLabelProblems(name).map(problem => invalid(`ports[${index}].name`, name, problem)));
  }
  return errors;
}

const tooMany = (field: string, count: number, max: number): FieldError[] =>
  count <= max ? [] : [{ type: 'FieldValueTooMany', field, value: count, detail: `must have at most ${max} items` }];

export const validateEndpointSliceUpdate = (next: SliceLike, old: SliceLike): readonly FieldError[] =>
  next.addressType === old.addressType ? [] : [invalid('addressType', next.addressType, 'field is immutable')];
