import { describe, expect, it } from 'vitest';
import { parseIpRange } from '../../src/base/ip-range.ts';
import { must } from '../../src/base/must.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import type { AddressSpace, Claimed } from './address-space.ts';
import { claimAddresses } from './claim-addresses.ts';

const range = (text: string) => must(parseIpRange(text), text);
const space = (addresses: readonly string[] = [], ports: readonly number[] = []): AddressSpace => ({
  families: ['IPv4'],
  serviceCidrs: [range('10.43.0.0/16')],
  nodePorts: { first: 30_000, last: 32_767 },
  isAddressTaken: address => addresses.includes(address),
  isAddressRefused: address => addresses.includes(address),
  isNodePortTaken: port => ports.includes(port),
});
const spec = (fields: Partial<ServiceSpec>): ServiceSpec => ({ type: 'ClusterIP', sessionAffinity: 'None', ...fields });
const port = (
  number: number,
  nodePort?: number,
  protocol: 'TCP' | 'UDP' = 'TCP',
): NonNullable<ServiceSpec['ports']>[number] => ({
  port: number,
  protocol,
  targetPort: number,
  ...(nodePort === undefined ? {} : { nodePort }),
});
const claim = (wanted: ServiceSpec, old?: ServiceSpec, of = space()): Claimed =>
  claimAddresses(wanted, old, of, hostWorld().random);
const messages = (claimed: Claimed): readonly string[] =>
  'errors' in claimed ? claimed.errors.map(e => `${e.field}: ${e.detail}`) : [];

describe('claimAddresses', () => {
  it('gives a free address from above the band kept for static ones', () => {
    const claimed = claim(spec({}));
    expect(claimed).toMatchObject({ spec: { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' } });
    const [a, b, c = 0] = ('spec' in claimed ? (claimed.spec.clusterIP ?? '') : '').split('.').map(Number);
    expect([a, b]).toEqual([10, 43]);
    expect(c).toBeGreaterThan(0);
  });

  it('falls back to the static band when all else is taken', () => {
    const small = {
      ...space(),
      serviceCidrs: [range('10.0.0.0/27')],
      isAddressTaken: (a: string) => a !== '10.0.0.3',
    };
    expect(claim(spec({}), undefined, small)).toMatchObject({
      spec: { clusterIP: '10.0.0.3', clusterIPs: ['10.0.0.3'] },
    });
    expect(messages(claim(spec({}), undefined, { ...small, isAddressTaken: () => true }))).toEqual([
      'spec.clusterIPs: failed to allocate a serviceIP: range is full',
    ]);
  });

  it.each([
    ['keeps the address it had', spec({}), spec({ clusterIP: '10.43.7.7' }), { clusterIP: '10.43.7.7' }],
    ['takes the address asked for', spec({ clusterIP: '10.43.0.10' }), undefined, { clusterIP: '10.43.0.10' }],
    [
      'leaves a headless service without one',
      spec({ clusterIP: 'None' }),
      undefined,
      { clusterIP: 'None', clusterIPs: ['None'] },
    ],
    [
      'gives one node port to one number of a new service, whatever the protocol',
      spec({ type: 'NodePort', ports: [port(53, 30_053), port(53, undefined, 'UDP')] }),
      undefined,
      { ports: [port(53, 30_053), port(53, 30_053, 'UDP')] },
    ],
    [
      'gives a balancer the node ports it asks for only, where it wants none',
      spec({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [port(80), port(81, 30_081)] }),
      undefined,
      { ports: [port(80), port(81, 30_081)] },
    ],
    [
      'gives a local balancer a port to be asked at',
      spec({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [] }),
      undefined,
      { healthCheckNodePort: expect.toSatisfy((number: number) => number >= 30_000) },
    ],
    [
      'takes a headless service without pods of its own to be of both families',
      spec({ clusterIP: 'None' }),
      undefined,
      { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' },
    ],
    [
      'takes a headless service with pods to be of one',
      spec({ clusterIP: 'None', selector: { a: 'b' } }),
      undefined,
      { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
    ],
    ['drops node ports that have no use', spec({ ports: [port(80, 30_080)] }), undefined, { ports: [port(80)] }],
    [
      'lets two protocols share a node port',
      spec({ type: 'NodePort', ports: [port(53, 30_053), port(53, 30_053, 'UDP')] }),
      undefined,
      {},
    ],
  ])('%s', (_, wanted, old, expected) => {
    expect(claim(wanted, old)).toMatchObject({ spec: expected });
  });

  it('takes address and ports away from an ExternalName', () => {
    expect(claim(spec({ type: 'ExternalName', clusterIP: '10.43.7.7', ipFamilies: ['IPv4'] }))).toEqual({
      spec: spec({ type: 'ExternalName' }),
    });
  });

  it.each([
    [
      'a taken address',
      spec({ clusterIP: '10.43.0.1' }),
      'spec.clusterIPs: failed to allocate IP 10.43.0.1: provided IP is already allocated',
    ],
    [
      'an address outside the range',
      spec({ clusterIP: '10.44.0.1' }),
      'spec.clusterIPs: failed to allocate IP 10.44.0.1: the provided network does not match the current range',
    ],
    [
      'the first address of a range',
      spec({ clusterIP: '10.43.0.0' }),
      'spec.clusterIPs: failed to allocate IP 10.43.0.0: the provided network does not match the current range',
    ],
    ['another family', spec({ ipFamilies: ['IPv6'] }), 'spec.ipFamilies[0]: not configured on this cluster'],
    [
      'both families',
      spec({ ipFamilyPolicy: 'RequireDualStack' }),
      'spec.ipFamilyPolicy: this cluster is not configured for dual-stack services',
    ],
    [
      'two families of one policy',
      spec({ ipFamilies: ['IPv4', 'IPv6'] }),
      "spec.ipFamilyPolicy: must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    ],
    [
      'a taken port to be asked at',
      spec({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001 }),
      'spec.healthCheckNodePort: failed to allocate requested HealthCheck NodePort 30001: provided port is already allocated',
    ],
    [
      'a taken node port',
      spec({ type: 'NodePort', ports: [port(80, 30_001)] }),
      'spec.ports[0].nodePort: provided port is already allocated',
    ],
    [
      'a node port outside the range',
      spec({ type: 'NodePort', ports: [port(80, 80)] }),
      'spec.ports[0].nodePort: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
  ])('refuses %s', (_, wanted, message) => {
    expect(messages(claim(wanted, undefined, space(['10.43.0.1'], [30_001])))).toEqual([message]);
  });
});
