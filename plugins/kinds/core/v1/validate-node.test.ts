import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { Node } from './node.ts';

const NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('a node', () => {
  it.each<[object, readonly string[]]>([
    [{ podCIDR: '10.0.0.0/24', taints: [{ key: 'a', effect: 'NoSchedule' }] }, []],
    [
      {
        podCIDR: 'x',
        taints: [{ effect: 'Odd' }, { key: 'a' }, { key: 'b', effect: 'NoExecute' }, { key: 'b', effect: 'NoExecute' }],
      },
      [
        'metadata.taints[0].key: Invalid value: "": name part must be non-empty',
        `metadata.taints[0].key: Invalid value: "": ${NAME}`,
        'metadata.taints[0].effect: Unsupported value: "Odd": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
        'metadata.taints[1].effect: Required value',
        'metadata.taints[3]: Duplicate value: {"Key":"b","Value":"","Effect":"NoExecute","TimeAdded":null}: taints must be unique by key and effect pair',
        'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      { podCIDRs: ['10.0.0.1/24', '10.2.0.0/16'] },
      [
        'spec.podCIDRs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length',
        'spec.podCIDRs: Invalid value: ["10.0.0.1/24","10.2.0.0/16"]: may specify no more than one CIDR for each IP family',
      ],
    ],
  ])('%j', (spec, errors) => {
    expect(complaints(Node, { metadata: { namespace: '' }, spec })).toEqual(errors);
  });

  it('has amounts that are not negative, and whole where they count', () => {
    const status = { capacity: { cpu: '-1', pods: '500m' }, allocatable: { 'example.com/gpu': '100m', cpu: '100m' } };
    expect(complaints(Node, { metadata: { namespace: '' }, status })).toEqual([
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.capacity.pods: Invalid value: "500m": must be an integer',
      'status.allocatable.example.com/gpu: Invalid value: "100m": must be an integer',
    ]);
  });

  it('keeps what it has been given', () => {
    const old = { podCIDR: '10.0.0.0/24', providerID: 'a', externalID: 'e' };
    const change = (spec: object, status = {}) => complaints(Node, { spec, status }, { spec: old });
    expect(change(old)).toEqual([]);
    expect(change({ podCIDR: '10.0.1.0/24' })).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      'spec.externalID: Forbidden: may not be updated',
    ]);
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    expect(change(old, { addresses: [address, address] })).toEqual([
      'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
    ]);
  });

  it('says its range of addresses in both ways, the single one counts', () => {
    const spec = (given: object) => (stored(Node, { spec: given }) as Node).spec;
    expect(spec({ podCIDR: '10.0.0.0/24' })).toEqual({ podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] });
    expect(spec({ podCIDRs: ['10.0.0.0/24'] })).toEqual({ podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] });
    expect(spec({ podCIDR: 'a', podCIDRs: ['b', 'c'] })).toEqual({ podCIDR: 'a', podCIDRs: ['a'] });
    expect(spec({})).toEqual({});
  });
});
