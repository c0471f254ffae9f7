import { describe, expect, it } from 'vitest';
import {
  canonicalIpProblems,
  cidrProblems,
  endpointIpProblems,
  ipFamily,
  ipProblems,
  ipWarnings,
} from './ip-problems.ts';

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const NO_RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const LOOPBACK = 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
const LINK_LOCAL = 'may not be in the link-local range (169.254.0.0/16, fe80::/10)';
const MULTICAST = 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)';

describe('an address', () => {
  it.each([
    ['10.0.0.1', 4, []],
    ['2001:DB8::1', 6, []],
    ['x', undefined, [NO_ADDRESS]],
    ['', undefined, [NO_ADDRESS]],
    ['10.0.0.256', undefined, [NO_ADDRESS]],
    ['fe80::1%eth0', undefined, [NO_ADDRESS]],
    ['010.0.0.01', 4, ['must not have leading 0s']],
    ['::ffff:1.2.3.4', 6, ['must not be an IPv4-mapped IPv6 address']],
  ])('%j', (text, family, problems) => {
    expect(ipProblems(text)).toEqual(problems);
    expect(ipFamily(text)).toBe(family);
  });

  it('is in its one right spelling where that is asked for, and said not to be elsewhere', () => {
    expect(canonicalIpProblems('2001:db8::1')).toEqual([]);
    expect(canonicalIpProblems('2001:DB8:0::1')).toEqual(['must be in canonical form ("2001:db8::1")']);
    expect(canonicalIpProblems('x')).toEqual([NO_ADDRESS]);
    expect(ipWarnings('2001:DB8:0::1', 'a.b')).toEqual([
      'a.b: IPv6 address "2001:DB8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
    expect([...ipWarnings('2001:db8::1', 'a'), ...ipWarnings('10.0.0.1', 'a')]).toEqual([]);
  });
});

it.each([
  ['10.1.0.1', []],
  ['2001:db8::1', []],
  ['x', ['must be a valid IP address']],
  ['0.0.0.0', ['may not be unspecified (0.0.0.0)']],
  ['::', ['may not be unspecified (::)']],
  ['127.1.2.3', [LOOPBACK]],
  ['::1', [LOOPBACK]],
  ['169.254.1.1', [LINK_LOCAL]],
  ['febf::1', [LINK_LOCAL]],
  ['fec0::1', []],
  ['224.0.0.7', [MULTICAST]],
  ['224.0.1.7', []],
  ['ff02::1', [MULTICAST]],
  ['ff12::1', [MULTICAST]],
])('a backend at %j', (text, problems) => {
  expect(endpointIpProblems(text)).toEqual(problems);
});

it.each([
  ['10.0.0.0/8', []],
  ['2001:db8::/64', []],
  ['0.0.0.0/0', []],
  ['x', [NO_RANGE]],
  ['10.0.0.0/33', [NO_RANGE]],
  ['10.0.0.0/8/8', [NO_RANGE]],
  ['010.0.0.0/8', ['must not have leading 0s in IP or prefix length']],
  ['10.0.0.0/08', ['must not have leading 0s in IP or prefix length']],
  ['::ffff:10.0.0.0/104', ['must not have an IPv4-mapped IPv6 address']],
  ['10.0.0.1/24', ['must not have bits set beyond the prefix length']],
])('a range %j', (text, problems) => {
  expect(cidrProblems(text)).toEqual(problems);
});
