import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { ensureDefaultServiceCidr } from './default-service-cidr.ts';

let cluster: TestCluster;
const settings = { serviceCidr: '10.43.0.0/16,fd43::/112' };
beforeAll(async () => void (cluster = await startCluster({ without: ['scheduler'], settings })));
afterAll(() => cluster[Symbol.asyncDispose]());

const namespace = 'default';
const ports = [{ port: 80 }];
let made = 0;
const create = (spec: object) =>
  cluster.client.create(Service, { metadata: { name: `s${++made}`, namespace }, spec: { ports, ...spec } });
const patch = ({ metadata: { name } }: Service, spec: object) =>
  cluster.client.patch(Service, { name, namespace }, { type: 'merge', body: { spec } });
const shown = ({ spec: { ipFamilies, ipFamilyPolicy, clusterIP, clusterIPs = [] } }: Service) => {
  expect(clusterIPs[0]).toBe(clusterIP);
  const familyOf = (address: string) => (address.includes(':') ? 'IPv6' : address === 'None' ? 'None' : 'IPv4');
  return [ipFamilyPolicy, ipFamilies?.join(), clusterIPs.map(familyOf).join()];
};
const needs = (what: string) => `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;

describe('a new service in a cluster of two families', () => {
  it.each([
    [{}, ['SingleStack', 'IPv4', 'IPv4']],
    [{ ipFamilies: ['IPv6'] }, ['SingleStack', 'IPv6', 'IPv6']],
    [{ clusterIP: 'fd43::77' }, ['SingleStack', 'IPv6', 'IPv6']],
    [{ ipFamilyPolicy: 'PreferDualStack' }, ['PreferDualStack', 'IPv4,IPv6', 'IPv4,IPv6']],
    [{ ipFamilyPolicy: 'RequireDualStack' }, ['RequireDualStack', 'IPv4,IPv6', 'IPv4,IPv6']],
    [{ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6'] }, ['PreferDualStack', 'IPv6,IPv4', 'IPv6,IPv4']],
    [
      { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] },
      ['RequireDualStack', 'IPv6,IPv4', 'IPv6,IPv4'],
    ],
    [
      { ipFamilyPolicy: 'PreferDualStack', clusterIPs: ['fd43::78', '10.43.7.8'], clusterIP: 'fd43::78' },
      ['PreferDualStack', 'IPv6,IPv4', 'IPv6,IPv4'],
    ],
    [{ clusterIP: 'None' }, ['RequireDualStack', 'IPv4,IPv6', 'None']],
    [{ clusterIP: 'None', selector: { a: 'b' } }, ['SingleStack', 'IPv4', 'None']],
    [
      { clusterIP: 'None', selector: { a: 'b' }, ipFamilyPolicy: 'PreferDualStack' },
      ['PreferDualStack', 'IPv4,IPv6', 'None'],
    ],
    [{ type: 'NodePort', ipFamilyPolicy: 'PreferDualStack' }, ['PreferDualStack', 'IPv4,IPv6', 'IPv4,IPv6']],
  ])('of %j', async (spec, expected) => {
    expect(shown(await create(spec))).toEqual(expected);
  });

  it('as an ExternalName has none', async () => {
    const { spec } = await create({ type: 'ExternalName', externalName: 'x.y' });
    expect(spec).not.toHaveProperty('clusterIPs');
    expect(spec).not.toHaveProperty('ipFamilyPolicy');
  });

  it.each([
    [{ ipFamilies: ['IPv4', 'IPv6'] }, `spec.ipFamilyPolicy: Invalid value: "SingleStack": ${needs('IP families')}`],
    [{ clusterIP: '10.43.9.9', clusterIPs: ['10.43.9.9', 'fd43::99'] }, needs('cluster IPs')],
    [
      { ipFamilyPolicy: 'RequireDualStack', clusterIP: '10.43.9.9', clusterIPs: ['10.43.9.9', 'fd44::1'] },
      'failed to allocate IP fd44::1: the provided network does not match the current range',
    ],
    [{ ipFamilyPolicy: 'RequireDualStack', clusterIP: 'fd43::' }, 'failed to allocate IP fd43::: the provided network'],
  ])('of %j is refused', async (spec, message) => {
    await expect(create(spec)).rejects.toThrow(message);
  });

  it('has each of its addresses by an object that is told apart by its family', async () => {
    const service = await create({ ipFamilyPolicy: 'RequireDualStack' });
    const [, ipv6 = ''] = service.spec.clusterIPs ?? [];
    expect(await cluster.client.get(IPAddress, { name: ipv6 })).toMatchObject({
      metadata: { labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv6' } },
      spec: { parentRef: { resource: 'services', namespace, name: service.metadata.name } },
    });
    await cluster.client.delete(IPAddress, { name: ipv6 });
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(Event, { namespace });
      const message = `Cluster IP [IPv6]: ${ipv6} is not allocated; repairing`;
      expect(items).toContainEqual(expect.objectContaining({ reason: 'ClusterIPNotAllocated', message }));
    });
  });
});

describe('a service that is changed', () => {
  it('gets the second family, and gives it back', async () => {
    const single = await create({});
    const both = await patch(single, { ipFamilyPolicy: 'PreferDualStack' });
    expect(shown(both)).toEqual(['PreferDualStack', 'IPv4,IPv6', 'IPv4,IPv6']);
    expect(both.spec.clusterIP).toBe(single.spec.clusterIP);
    const [, ipv6 = ''] = both.spec.clusterIPs ?? [];
    await cluster.client.get(IPAddress, { name: ipv6 });
    const again = await patch(both, { ipFamilyPolicy: 'SingleStack' });
    expect(shown(again)).toEqual(['SingleStack', 'IPv4', 'IPv4']);
    await expect(cluster.client.get(IPAddress, { name: ipv6 })).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('takes no family away without a word of it', async () => {
    const both = await create({ ipFamilyPolicy: 'RequireDualStack' });
    const [first] = both.spec.clusterIPs ?? [];
    await expect(patch(both, { clusterIPs: [first] })).rejects.toThrow(
      "must be 'SingleStack' to release the secondary cluster IP",
    );
    await expect(patch(both, { ipFamilies: ['IPv4'] })).rejects.toThrow(
      "must be 'SingleStack' to release the secondary IP family",
    );
  });

  it('keeps its first family', async () => {
    const both = await create({ ipFamilyPolicy: 'RequireDualStack' });
    await expect(patch(both, { ipFamilies: ['IPv6', 'IPv4'] })).rejects.toThrow('spec.clusterIPs[0]: Invalid value: "');
  });

  it('is an ExternalName and a service again, of both families', async () => {
    const both = await create({ ipFamilyPolicy: 'RequireDualStack' });
    const bare = await patch(both, { type: 'ExternalName', externalName: 'x.y' });
    expect(bare.spec.clusterIPs).toBeUndefined();
    const again = await patch(both, { type: 'ClusterIP', externalName: null, ipFamilyPolicy: 'RequireDualStack' });
    expect(shown(again)).toEqual(['RequireDualStack', 'IPv4,IPv6', 'IPv4,IPv6']);
  });
});

it('the cluster tells of both ranges', async () => {
  await cluster.eventually(async () => {
    const { spec } = await cluster.client.get(ServiceCIDR, { name: 'kubernetes' });
    expect(spec.cidrs).toEqual(['10.43.0.0/16', 'fd43::/112']);
  });
});

it('a range of IPv6 that is configured later is told of as well', async () => {
  const { client } = cluster;
  await using single = await startCluster({ without: ['scheduler'] });
  const read = () => single.client.get(ServiceCIDR, { name: 'kubernetes' });
  await single.eventually(async () => expect((await read()).spec.cidrs).toEqual(['10.43.0.0/16']));
  await ensureDefaultServiceCidr(single.client, ['10.43.0.0/16', 'fd43::/112'], 0);
  expect((await read()).spec).toEqual((await client.get(ServiceCIDR, { name: 'kubernetes' })).spec);
});
