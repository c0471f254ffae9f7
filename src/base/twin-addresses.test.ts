import { describe, expect, it } from 'vitest';
import { must } from './must.ts';
import { TwinAddresses } from './twin-addresses.ts';

const twins = (clusterCidr: string): TwinAddresses => must(TwinAddresses.of(clusterCidr), 'both families');

describe('of an address of IPv4 that of IPv6', () => {
  it.each([
    ['10.42.0.0/16,fd42::/56', '10.42.3.7', 'fd42:0:0:3::7'],
    ['10.42.0.0/16,fd42::/56', '10.42.255.255', 'fd42:0:0:ff::ff'],
    ['10.42.0.0/16,fd42::/64', '10.42.3.7', 'fd42::300:0:0:7'],
    ['10.42.0.0/16,fd42::/112', '10.42.3.7', 'fd42::307'],
    ['10.42.8.0/26,fd42:8::/64', '10.42.8.7', 'fd42:8::7'],
    ['10.42.0.0/16,fd42::/56', '10.43.0.1', undefined],
    ['10.42.0.0/16,fd42::/56', 'fd42::1', undefined],
  ])('in %s of %s is %s', (cluster, ipv4, ipv6) => {
    expect(twins(cluster).address(ipv4)).toBe(ipv6);
  });

  it.each([
    ['10.42.0.0/16,fd42::/56', '10.42.3.0/24', 'fd42:0:0:3::/64'],
    ['10.42.0.0/16,fd42::/48', '10.42.4.0/22', 'fd42:0:0:4::/62'],
    ['10.42.0.0/16,fd42::/56', '10.42.3.64/26', 'fd42:0:0:3::40/122'],
    ['10.42.0.0/16,fd42::/112', '10.42.3.0/24', 'fd42::300/120'],
    ['10.42.0.0/16,fd42::/56', '10.44.0.0/24', undefined],
  ])('in %s of range %s is %s', (cluster, ipv4, ipv6) => {
    expect(twins(cluster).range(ipv4)).toBe(ipv6);
  });

  it('there is none where there are fewer of them, or none at all', () => {
    expect(() => TwinAddresses.of('10.42.0.0/16,fd42::/113')).toThrow(
      'fd42::/113 has fewer addresses than 10.42.0.0/16: a /112 at most',
    );
    expect(TwinAddresses.of('10.42.0.0/16')).toBeUndefined();
  });
});
