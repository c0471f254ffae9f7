import { expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { IPAddress } from './ip-address.ts';
import { ServiceCIDR } from './service-cidr.ts';

const FIXED = 'field is immutable';
const FAMILIES = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
const parentRef = { resource: 'services', namespace: 'n', name: 's' };

it.each<[readonly string[], readonly string[]]>([
  [['10.0.0.0/8'], []],
  [['10.0.0.0/8', 'fd00::/64'], []],
  [[], ['spec.cidrs: Required value: at least one CIDR required']],
  [['10.0.0.0/8', '11.0.0.0/8'], [`spec.cidrs: Invalid value: ["10.0.0.0/8","11.0.0.0/8"]: ${FAMILIES}`]],
  [
    ['10.0.0.0/8', 'fd00::/64', '11.0.0.0/8'],
    ['spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/8","fd00::/64","11.0.0.0/8"]}: may only hold up to 2 values'],
  ],
  [['10.0.0.1/8'], ['spec.cidrs[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length']],
  [['FD00::/64'], ['spec.cidrs[0]: Invalid value: "FD00::/64": must be in canonical form ("fd00::/64")']],
])('ranges %j', (cidrs, errors) => {
  expect(complaints(ServiceCIDR, { spec: { cidrs } })).toEqual(errors);
});

it.each<[readonly string[], readonly string[]]>([
  [['10.0.0.0/8'], []],
  [['10.0.0.0/8', 'fd00::/64'], []],
  [['11.0.0.0/8'], [`spec.cidrs[0]: Invalid value: "11.0.0.0/8": ${FIXED}`]],
  [[], [`spec.cidrs: Invalid value: []: ${FIXED}`]],
  [['10.0.0.0/8', '11.0.0.0/8'], [`spec.cidrs: Invalid value: ["10.0.0.0/8","11.0.0.0/8"]: ${FAMILIES}`]],
])('ranges that become %j', (cidrs, errors) => {
  expect(complaints(ServiceCIDR, { spec: { cidrs } }, { spec: { cidrs: ['10.0.0.0/8'] } })).toEqual(errors);
});

it.each<[string, object, readonly string[]]>([
  ['10.0.0.7', { parentRef }, []],
  ['FD00::1', { parentRef }, ['metadata.name: Invalid value: "FD00::1": must be in canonical form ("fd00::1")']],
  ['10.0.0.7', {}, ['spec.parentRef: Required value']],
  [
    '10.0.0.7',
    { parentRef: { group: 'G', resource: 'a/b' } },
    [
      expect.stringContaining('spec.parentRef.group: Invalid value: "G": a lowercase RFC 1123 subdomain') as never,
      'spec.parentRef.resource: Invalid value: "a/b": may not contain \'/\'',
      'spec.parentRef.name: Required value',
    ],
  ],
])('address %s of %j', (name, spec, errors) => {
  expect(complaints(IPAddress, { metadata: { name }, spec })).toEqual(errors);
});

it('an address stays whose it is, and says so', () => {
  const old = { metadata: { name: '10.0.0.7' }, spec: { parentRef } };
  expect(complaints(IPAddress, { ...old, spec: { parentRef: { ...parentRef, name: 't' } } }, old)).toEqual([
    `spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"n","Name":"t"}: ${FIXED}`,
  ]);
  expect(row(IPAddress, old)).toEqual(['10.0.0.7', 'services/n/s']);
  expect(row(IPAddress, { spec: { parentRef: { group: 'g.x', resource: 'Gateways', name: 'g' } } })).toEqual([
    'x',
    'gateways.g.x/g',
  ]);
  expect(row(ServiceCIDR, { spec: { cidrs: ['10.0.0.0/8', 'fd00::/64'] } })).toEqual([
    'x',
    '10.0.0.0/8,fd00::/64',
    '60m',
  ]);
});
