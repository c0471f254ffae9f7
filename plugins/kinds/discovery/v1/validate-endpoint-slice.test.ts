import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { Endpoints } from '../../core/v1/endpoints.ts';
import { EndpointSlice } from './endpoint-slice.ts';

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const LOOPBACK = 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
const SEGMENTS = 'should be a domain with at least two segments separated by dots';

const CONTEXT = { nowMs: 0, user: { name: 'someone', groups: [] } };

describe('a slice', () => {
  it.each<[object, readonly string[]]>([
    [{}, ['addressType: Required value']],
    [
      { addressType: 'Odd', endpoints: [{}], ports: [{ name: 'A_' }, {}, {}] },
      [
        'addressType: Unsupported value: "Odd": supported values: "FQDN", "IPv4", "IPv6"',
        `ports[0].name: Invalid value: "A_": ${LABEL}`,
        'ports[2].name: Duplicate value: ""',
        'endpoints[0].addresses: Required value: must contain at least 1 address',
      ],
    ],
    [
      { addressType: 'IPv4', endpoints: [{ addresses: ['::1', '10.0.0.1', '127.0.0.1'] }] },
      [
        'endpoints[0].addresses: Invalid value: "::1": must be an IPv4 address',
        `endpoints[0].addresses[0]: Invalid value: "::1": ${LOOPBACK}`,
        `endpoints[0].addresses[2]: Invalid value: "127.0.0.1": ${LOOPBACK}`,
      ],
    ],
    [
      { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1', '10.0.0.1'] }] },
      [
        'endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")',
        'endpoints[0].addresses: Invalid value: "10.0.0.1": must be an IPv6 address',
      ],
    ],
    [
      { addressType: 'FQDN', endpoints: [{ addresses: ['a.example.', 'a'] }] },
      [`endpoints[0].addresses[1]: Invalid value: "a": ${SEGMENTS}`],
    ],
    [
      {
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'z' }, { name: 'z' }] }, hostname: 'A' }],
      },
      [
        `endpoints[0].hostname: Invalid value: "A": ${LABEL}`,
        'endpoints[0].hints.forZones[1].name: Duplicate value: "z"',
      ],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(EndpointSlice, parts)).toEqual(errors);
  });

  it('has null for lists that are not there, and is counted anew when it or its labels change', () => {
    expect(stored(EndpointSlice, { addressType: 'IPv4', ports: [] })).toMatchObject({ endpoints: null, ports: null });
    const old = stored(EndpointSlice, { addressType: 'IPv4', metadata: { generation: 4 } });
    const next = stored(EndpointSlice, { addressType: 'IPv4', metadata: { generation: 4, labels: { a: 'b' } } });
    expect(EndpointSlice.prepareForUpdate?.(next, old, CONTEXT).metadata.generation).toBe(5);
    expect(EndpointSlice.prepareForUpdate?.(old, old, CONTEXT)).toBe(old);
  });

  it('is not judged again where it is as it was, and does not take what is no longer known', () => {
    const bad = stored(EndpointSlice, { addressType: 'IPv4', endpoints: [{ addresses: ['x'] }] });
    expect(EndpointSlice.validate?.(bad, bad)).toEqual([]);
    expect(EndpointSlice.validate?.(bad)).toHaveLength(1);
    const subsets = stored(Endpoints, { subsets: [{}] });
    expect(Endpoints.validate?.(subsets, subsets)).toEqual([]);
    expect(Endpoints.validate?.(subsets)).toHaveLength(1);
    const endpoints = [{ addresses: ['10.0.0.1'], deprecatedTopology: { a: 'b' } }];
    const old = stored(EndpointSlice, { addressType: 'IPv4', endpoints });
    const made = EndpointSlice.prepareForCreate?.(old, CONTEXT);
    expect(made).not.toHaveProperty('endpoints[0].deprecatedTopology');
    expect(EndpointSlice.prepareForUpdate?.(old, old, CONTEXT)).toBe(old);
  });

  it('warns of odd addresses, but not its controller', () => {
    const parts = { addressType: 'FQDN', endpoints: [{ addresses: ['FD00::1'] }] };
    const warnings = (metadata: object) => EndpointSlice.warnings?.(stored(EndpointSlice, { ...parts, metadata }));
    const odd = 'endpoints[0].addresses[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")';
    const deprecated = 'spec.addressType: FQDN endpoints are deprecated';
    expect(warnings({})).toEqual([deprecated, odd]);
    const labels = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
    expect(warnings({ labels })).toEqual([deprecated]);
  });
});

describe('endpoints', () => {
  it.each<[readonly object[], readonly string[]]>([
    [[{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }], []],
    [
      [
        {},
        {
          addresses: [{ ip: 'x' }],
          notReadyAddresses: [{ ip: '127.0.0.1', hostname: 'A' }],
          ports: [{ port: 0 }, { port: 1, name: 'a', protocol: 'x' }],
        },
      ],
      [
        'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
        `subsets[1].addresses[0].ip: Invalid value: "x": ${NO_ADDRESS}`,
        'subsets[1].addresses[0].ip: Invalid value: "x": must be a valid IP address',
        `subsets[1].notReadyAddresses[0].hostname: Invalid value: "A": ${LABEL}`,
        `subsets[1].notReadyAddresses[0].ip: Invalid value: "127.0.0.1": ${LOOPBACK}`,
        'subsets[1].ports[0].name: Required value',
        'subsets[1].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'subsets[1].ports[1].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
  ])('%j', (subsets, errors) => {
    expect(complaints(Endpoints, { subsets })).toEqual(errors);
  });
});
