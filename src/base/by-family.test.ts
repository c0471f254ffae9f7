import { expect, it } from 'vitest';
import { byFamily, families } from './by-family.ts';

it.each([
  ['10.42.0.0/16', ['10.42.0.0/16']],
  ['10.42.0.0/16,fd42::/56', ['10.42.0.0/16', 'fd42::/56']],
  ['10.43.0.10,FD43:0::a', ['10.43.0.10', 'fd43::a']],
])('%s is read', (text, expected) => {
  expect(families(byFamily(text))).toEqual(expected);
});

it.each([
  ['', 'must be of IPv4'],
  ['fd42::/56', 'must be of IPv4, or of IPv4 and of IPv6 after a comma'],
  ['fd42::/56,10.42.0.0/16', 'must be of IPv4'],
  ['10.42.0.0/16,10.43.0.0/16', 'must be of IPv4'],
  ['10.42.0.0/16,fd42::/56,fd43::/56', 'must be of IPv4'],
  ['10.42.0.0/16,fd42::1', 'must be of IPv4'],
  ['10.42.0.0/16,', 'must be of IPv4'],
  ['10.42.0.0/16,fd42::1/56', 'fd42::1/56 must not have bits set beyond the prefix length'],
])('%j is refused', (text, problem) => {
  expect(() => byFamily(text)).toThrow(problem);
});
