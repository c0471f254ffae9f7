import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../kinds/discovery/v1/endpoint.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { ProxyNode } from './listener.ts';
import { planService } from './plan-service.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

const node: ProxyNode = { name: 'here', zone: 'z1', addresses: ['127.0.0.1', '192.0.2.2'] };
const here = { nodeName: 'here' };
const going = { conditions: { ready: false, serving: true, terminating: true } };
const dead = { conditions: { ready: false, serving: false, terminating: true } };
const inZone = (zone: string): Partial<Endpoint> => ({ hints: { forZones: [{ name: zone }] } });

/** `scope protocol address:port -> endpoints`, one a listener. */
const plan = (of: Service, slices = [slice([endpoint('10.42.0.5')])]): readonly string[] =>
  planService(of, slices, node).map(
    ({ scope, protocol, address, port, endpoints }) =>
      `${scope} ${protocol} ${address}:${port} -> ${endpoints.map(to => `${to.address}:${to.port}`).join(' ')}`,
  );

describe('what a service listens at', () => {
  it('is its cluster IP, for each port that has endpoints', () => {
    const ports = [
      { name: 'http', protocol: 'TCP', port: 80 },
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'none', protocol: 'TCP', port: 81 },
      { name: 'sctp', protocol: 'SCTP', port: 82 },
    ] as const;
    const ends = slice([endpoint('10.42.0.5')], {
      ports: [
        { name: 'http', protocol: 'TCP', port: 8080 },
        { name: 'dns', protocol: 'UDP', port: 5353 },
        { name: 'sctp', protocol: 'SCTP', port: 82 },
      ],
    });
    expect(plan(service({ ports }), [ends])).toEqual([
      'service TCP 10.43.0.7:80 -> 10.42.0.5:8080',
      'service UDP 10.43.0.7:53 -> 10.42.0.5:5353',
    ]);
  });

  it.each<[string, Service]>([
    ['a headless service', service({ clusterIP: 'None' })],
    ['a service that has no address yet', service({ clusterIP: '' })],
    ['an external name', service({ type: 'ExternalName', externalName: 'example.org' })],
    ['a service of another proxy', service({}, { labels: { 'service.kubernetes.io/service-proxy-name': 'x' } })],
  ])('is nothing for %s', (_, of) => expect(plan(of)).toEqual([]));

  it('is nothing without endpoints, so that the kernel refuses', () => {
    expect(plan(service(), [])).toEqual([]);
    expect(plan(service(), [slice([])])).toEqual([]);
  });

  it('adds node ports: TCP at every address of the node, UDP at each of them', () => {
    const ports = [
      { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 },
      { name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 },
    ] as const;
    const ends = [
      slice([endpoint('10.42.0.5')]),
      slice([endpoint('10.42.0.5')], { name: 'web-2', ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] }),
    ];
    expect(plan(service({ type: 'NodePort', ports }), ends)).toEqual([
      'service TCP 10.43.0.7:80 -> 10.42.0.5:8080',
      'node TCP 0.0.0.0:30080 -> 10.42.0.5:8080',
      'service UDP 10.43.0.7:53 -> 10.42.0.5:53',
      'node UDP 127.0.0.1:30053 -> 10.42.0.5:53',
      'node UDP 192.0.2.2:30053 -> 10.42.0.5:53',
    ]);
  });

  it('adds external IPs and balancer addresses, but none that a balancer wants for itself', () => {
    const ingress = [{ ip: '203.0.113.9' }, { ip: '203.0.113.10', ipMode: 'Proxy' }, { hostname: 'x' }];
    const of = service(
      { type: 'LoadBalancer', externalIPs: ['198.51.100.1', '192.0.2.2'], loadBalancerSourceRanges: ['10.0.0.0/8'] },
      { status: { loadBalancer: { ingress } } },
    );
    expect(plan(of)).toEqual([
      'service TCP 10.43.0.7:80 -> 10.42.0.5:8080',
      'service TCP 198.51.100.1:80 -> 10.42.0.5:8080',
      'node TCP 192.0.2.2:80 -> 10.42.0.5:8080',
      'service TCP 203.0.113.9:80 -> 10.42.0.5:8080',
    ]);
    expect(planService(of, [slice([endpoint('10.42.0.5')])], node).map(it => it.allowedSources)).toEqual([
      [],
      [],
      [],
      ['10.0.0.0/8'],
    ]);
  });

  it.each([
    [{ sessionAffinity: 'None' }, 0],
    [{ sessionAffinity: 'ClientIP' }, 10_800],
    [{ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 30 } } }, 30],
  ] as const)('says how long a client stays with its endpoint: %o', (spec, seconds) => {
    expect(planService(service(spec), [slice([endpoint('10.42.0.5')])], node)[0]?.affinitySeconds).toBe(seconds);
  });
});

describe('which endpoints are eligible', () => {
  it.each<[string, Partial<Service['spec']>, readonly Endpoint[], string]>([
    ['the ready ones', {}, [endpoint('a'), endpoint('b', { conditions: { ready: false } })], 'a'],
    ['those that say nothing of readiness', {}, [endpoint('a', { conditions: {} })], 'a'],
    ['none that is going while one is ready', {}, [endpoint('a'), endpoint('b', going)], 'a'],
    ['those that are going but serve, when none is ready', {}, [endpoint('a', dead), endpoint('b', going)], 'b'],
    ['none that neither is ready nor goes', {}, [endpoint('a', { conditions: { ready: false, serving: true } })], ''],
    ['all, in a fixed order', {}, [endpoint('b'), endpoint('a')], 'a b'],
    ['one that two slices name, once', {}, [endpoint('a', { conditions: { ready: false } }), endpoint('a')], 'a'],
    [
      'this node’s, if the policy is Local',
      { internalTrafficPolicy: 'Local' },
      [endpoint('a'), endpoint('b', here)],
      'b',
    ],
    [
      'those of this node that are going, if the policy is Local and none is ready here',
      { internalTrafficPolicy: 'Local' },
      [endpoint('a'), endpoint('b', { ...here, ...going })],
      'b',
    ],
    ['this zone’s, by their hints', {}, [endpoint('a', inZone('z1')), endpoint('b', inZone('z2'))], 'a'],
    ['all, if one has no hint', {}, [endpoint('a', inZone('z1')), endpoint('b')], 'a b'],
    ['all, if no hint names this zone', {}, [endpoint('a', inZone('z2'))], 'a'],
    [
      'this node’s, by their hints',
      {},
      [
        endpoint('a', { hints: { forNodes: [{ name: 'here' }] } }),
        endpoint('b', { hints: { forNodes: [{ name: 'x' }] } }),
      ],
      'a',
    ],
  ])('%s', (_, spec, endpoints, chosen) => {
    const [listener] = planService(service(spec), [slice(endpoints)], node);
    expect((listener?.endpoints ?? []).map(({ address }) => address).join(' ')).toBe(chosen);
  });

  it('are this node’s for what comes from outside, if that policy is Local', () => {
    const ports = [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 }] as const;
    const of = service({ type: 'NodePort', ports, externalTrafficPolicy: 'Local' });
    expect(plan(of, [slice([endpoint('10.42.0.5'), endpoint('10.42.1.5', here)])])).toEqual([
      'service TCP 10.43.0.7:80 -> 10.42.0.5:8080 10.42.1.5:8080',
      'node TCP 0.0.0.0:30080 -> 10.42.1.5:8080',
    ]);
  });

  it('no longer have a pod among them that was told to stop, though its slice does not say so yet', () => {
    const ends = [slice(['a', 'b'].map(name => endpoint(name, { targetRef: { kind: 'Pod', uid: name } })))];
    const addresses = (of: Service, ...gone: readonly string[]) =>
      planService(of, ends, node, uid => gone.includes(uid))[0]?.endpoints.map(({ address }) => address);
    expect(addresses(service(), 'a')).toEqual(['b']);
    expect(addresses(service(), 'a', 'b')).toEqual(['a', 'b']);
    expect(addresses(service({ publishNotReadyAddresses: true }), 'a')).toEqual(['a', 'b']);
  });

  it('come from slices of the family of the address', () => {
    const both = [slice([endpoint('10.42.0.5')]), slice([endpoint('fd00::5')], { name: 'six', addressType: 'IPv6' })];
    const shown = (spec: Parameters<typeof service>[0], more = both) =>
      planService(service(spec), more, { ...node, addresses: ['127.0.0.1', '192.0.2.1', '::1'] }).map(
        ({ scope, protocol, address, endpoints }) =>
          `${scope} ${protocol} ${address} -> ${endpoints.map(end => end.address).join()}`,
      );
    expect(plan(service(), both.slice(1))).toEqual([]);
    expect(shown({ clusterIP: 'fd43::7', clusterIPs: ['fd43::7'] })).toEqual(['service TCP fd43::7 -> fd00::5']);
    const clusterIPs = ['10.43.0.7', 'fd43::7'];
    const ports = (['TCP', 'UDP'] as const).map(protocol => ({ name: 'http', protocol, port: 80, nodePort: 30_080 }));
    const udp = both.map(each => ({ ...each, ports: [{ name: 'http', protocol: 'UDP', port: 8080 } as const] }));
    const externalIPs = ['192.0.2.9', '2001:db8::9'];
    expect(shown({ clusterIPs, type: 'NodePort', ports, externalIPs }, [...both, ...udp]).sort()).toEqual([
      'node TCP 0.0.0.0 -> 10.42.0.5',
      'node TCP :: -> fd00::5',
      'node UDP 127.0.0.1 -> 10.42.0.5',
      'node UDP 192.0.2.1 -> 10.42.0.5',
      'node UDP ::1 -> fd00::5',
      'service TCP 10.43.0.7 -> 10.42.0.5',
      'service TCP 192.0.2.9 -> 10.42.0.5',
      'service TCP 2001:db8::9 -> fd00::5',
      'service TCP fd43::7 -> fd00::5',
      'service UDP 10.43.0.7 -> 10.42.0.5',
      'service UDP 192.0.2.9 -> 10.42.0.5',
      'service UDP 2001:db8::9 -> fd00::5',
      'service UDP fd43::7 -> fd00::5',
    ]);
    expect(shown({ externalIPs })).toEqual([
      'service TCP 10.43.0.7 -> 10.42.0.5',
      'service TCP 192.0.2.9 -> 10.42.0.5',
    ]);
  });
});
