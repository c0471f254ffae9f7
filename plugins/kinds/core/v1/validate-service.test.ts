import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { Service } from './service.ts';

const ports = [{ port: 80 }];
const NOT_HERE = "Forbidden: may only be used when `type` is 'LoadBalancer'";
const PORT = 'must be between 1 and 65535, inclusive';

describe('a new service', () => {
  it.each<[object, readonly string[]]>([
    [
      { ports: [{ port: 0 }, { port: 70_000, targetPort: 0, protocol: 'ICMP' }] },
      [
        'spec.ports[0].name: Required value',
        `spec.ports[0].port: Invalid value: 0: ${PORT}`,
        `spec.ports[0].targetPort: Invalid value: 0: ${PORT}`,
        'spec.ports[1].name: Required value',
        `spec.ports[1].port: Invalid value: 70000: ${PORT}`,
        'spec.ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        `spec.ports[1].targetPort: Invalid value: 70000: ${PORT}`,
      ],
    ],
    [
      {
        ports: [
          { port: 80, name: 'a', nodePort: 30_000 },
          { port: 80, name: 'a', nodePort: 30_000 },
        ],
      },
      [
        'spec.ports[1].name: Duplicate value: "a"',
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
        "spec.ports[1].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
        'spec.ports[1].nodePort: Duplicate value: 30000',
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      { type: 'LoadBalancer', clusterIP: 'None' },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for LoadBalancer services'],
    ],
    [
      { type: 'ExternalName', externalName: 'a', clusterIP: '10.0.0.1', ipFamilies: ['IPv4'] },
      [
        'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
        'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
      ],
    ],
    [
      {
        ports,
        loadBalancerSourceRanges: ['10.0.0.0/8', ' x '],
        loadBalancerClass: 'a',
        allocateLoadBalancerNodePorts: true,
      },
      [
        `spec.LoadBalancerSourceRanges: ${NOT_HERE}`,
        'spec.LoadBalancerSourceRanges[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
        `spec.allocateLoadBalancerNodePorts: ${NOT_HERE}`,
        `spec.loadBalancerClass: ${NOT_HERE}`,
      ],
    ],
    [
      { ports, ipFamilies: ['IPv4', 'IPv4', 'x'], clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1', 'y'] },
      [
        'spec.ipFamilies[1]: Duplicate value: "IPv4"',
        'spec.ipFamilies[2]: Unsupported value: "x": supported values: "IPv4", "IPv6"',
        'spec.clusterIPs[2]: Invalid value: "y": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'spec.clusterIPs: Invalid value: ["10.0.0.1","fd00::1","y"]: may only hold up to 2 values',
      ],
    ],
    [
      { ports, ipFamilies: ['IPv6'], clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] },
      [
        'spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family',
        'spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
      ],
    ],
    [
      { ports, clusterIPs: ['10.0.0.1'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.1"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      { ports, externalIPs: ['127.0.0.1'], healthCheckNodePort: 30_000, sessionAffinity: 'Odd' },
      [
        'spec.sessionAffinity: Unsupported value: "Odd": supported values: "ClientIP", "None"',
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
  ])('%j', (spec, errors) => {
    expect(complaints(Service, { spec })).toEqual(errors);
  });
});

describe('a changed service', () => {
  const balancer = { type: 'LoadBalancer', ports, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] };
  it.each<[object, object, readonly string[]]>([
    [
      { ports },
      { ports, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
      ['spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset'],
    ],
    [
      { ...balancer, loadBalancerClass: 'b' },
      { ...balancer, loadBalancerClass: 'a' },
      ['spec.loadBalancerClass: Invalid value: "b": may not change once set'],
    ],
    [
      { ...balancer, externalTrafficPolicy: 'Local', healthCheckNodePort: 2 },
      { ...balancer, externalTrafficPolicy: 'Local', healthCheckNodePort: 1 },
      ['spec.healthCheckNodePort: Forbidden: field is immutable'],
    ],
  ])('%j', (spec, old, errors) => {
    expect(complaints(Service, { spec }, { spec: old })).toEqual(errors);
  });

  it('is reached where its balancer says, if it has one', () => {
    const after = (type: string, ingress: readonly object[]) => {
      const service = stored(Service, { spec: { type, ports }, status: { loadBalancer: { ingress } } });
      return Service.validateStatusUpdate?.(service, service).map(({ field, detail }) => `${field}: ${detail}`);
    };
    expect(after('ClusterIP', [{ ip: '1.2.3.4' }])).toEqual([
      "status.loadBalancer.ingress: may only be used when `spec.type` is 'LoadBalancer'",
    ]);
    expect(after('LoadBalancer', [{ ip: '1.2.3.4' }, { hostname: 'a.example' }])).toEqual([]);
    expect(after('LoadBalancer', [{ hostname: '1.2.3.4', ipMode: 'VIP' }])).toEqual([
      'status.loadBalancer.ingress[0].ipMode: may not be specified when `ip` is not set',
      'status.loadBalancer.ingress[0].hostname: must be a DNS name, not an IP address',
    ]);
  });
});

it('warns of what has no effect', () => {
  const warnings = (spec: object) => Service.warnings?.(stored(Service, { spec }));
  expect(warnings({ ports })).toEqual([]);
  expect(
    warnings({ clusterIP: 'None', sessionAffinity: 'ClientIP', externalIPs: ['10.0.0.1'], externalName: 'a' }),
  ).toEqual([
    'spec.externalIPs is ignored for headless services',
    'spec.SessionAffinity is ignored for headless services',
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  ]);
  expect(warnings({ ports, externalIPs: ['FD00::1'], trafficDistribution: 'PreferClose' })).toEqual([
    'spec.externalIPs[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
    'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ]);
});
