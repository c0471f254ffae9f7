import { describe, expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';
import { parseCidr } from '../../src/base/ipv4.ts';

const pool = (cidr = '10.42.0.0/29'): AddressPool => new AddressPool(parseCidr(cidr));

describe('AddressPool', () => {
  it('keeps network, node, proxy and broadcast addresses to itself, then is exhausted', () => {
    const small = pool();
    expect(['a', 'b', 'c', 'd'].map(owner => small.lease(owner))).toEqual([
      '10.42.0.3',
      '10.42.0.4',
      '10.42.0.5',
      '10.42.0.6',
    ]);
    expect(() => small.lease('e')).toThrow(expect.objectContaining({ code: 'Exhausted' }));
  });

  it('gives an owner the same address until it is released', () => {
    const some = pool();
    expect(some.lease('a')).toBe(some.lease('a'));
    expect(some.addressOf('a')).toBe('10.42.0.3');
    some.release('a');
    some.release('a');
    expect(some.addressOf('a')).toBeUndefined();
  });

  it('lets an address rest before it is used again', () => {
    const some = pool('10.42.0.0/24');
    some.lease('a');
    some.release('a');
    expect(some.lease('b')).toBe('10.42.0.4');
  });

  it.each([
    ['10.42.0.4', true],
    ['10.42.0.1', false],
    ['10.42.1.4', false],
    ['10.42.0.04', false],
    ['nonsense', false],
  ])('restores %s: %s', (address, restored) => {
    expect(pool().restore('a', address)).toBe(restored);
  });

  it('restores an address for one owner only', () => {
    const some = pool();
    expect(some.restore('a', '10.42.0.4')).toBe(true);
    expect(some.restore('b', '10.42.0.4')).toBe(false);
    expect(some.lease('a')).toBe('10.42.0.4');
  });

  it('refuses a CIDR that leaves no room', () => {
    expect(() => pool('10.42.0.0/30')).toThrow('too small');
  });
});
