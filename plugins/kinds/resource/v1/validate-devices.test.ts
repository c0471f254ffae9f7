import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import { complaints, stored } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { DeviceClass } from './device-class.ts';
import { ResourceClaim } from './resource-claim.ts';
import { ResourceClaimTemplate } from './resource-claim-template.ts';
import { ResourceSlice } from './resource-slice.ts';

const REFERENCE =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required';
const FIXED = 'field is immutable';
const exactly = (more: object = {}) => ({ name: 'r', exactly: { deviceClassName: 'c', ...more } });
const opaque = { driver: 'd.x', parameters: { a: 1 } };
const context = { nowMs: Date.parse('2026-01-01T00:00:00Z'), user: { name: 'u', groups: [] } };

describe('a claim', () => {
  it.each<[object, readonly string[]]>([
    [{ requests: [exactly()] }, []],
    [{ requests: [exactly({ allocationMode: 'All' })] }, []],
    [{ requests: [{ name: 'r' }] }, [`requests[0]: Required value: ${ONE_OF}`]],
    [
      { requests: [{ ...exactly(), firstAvailable: [{ name: 's', deviceClassName: 'c' }] }] },
      [`requests[0]: Invalid value: null: ${ONE_OF}, but multiple fields are set`],
    ],
    [{ requests: [exactly(), exactly()] }, ['requests[1]: Duplicate value: "r"']],
    [
      { requests: [exactly({ allocationMode: 'All', count: 2 }), { name: 's', exactly: { allocationMode: 'Odd' } }] },
      [
        "requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
        'requests[1].exactly.deviceClassName: Required value',
        'requests[1].exactly.allocationMode: Unsupported value: "Odd": supported values: "All", "ExactCount"',
      ],
    ],
    [
      { requests: [exactly({ count: -1 })] },
      ['requests[0].exactly.count: Invalid value: -1: must be greater than zero'],
    ],
    [{ requests: [exactly({ selectors: [{}] })] }, ['requests[0].exactly.selectors[0].cel: Required value']],
    [
      {
        requests: [
          exactly({
            tolerations: [
              { operator: 'Exists', value: 'v' },
              { operator: 'Odd', effect: 'Odd' },
            ],
          }),
        ],
      },
      [
        'requests[0].exactly.tolerations[0].value: Invalid value: "v": must be empty for operator `Exists`',
        'requests[0].exactly.tolerations[1].operator: Unsupported value: "Odd": supported values: "Equal", "Exists"',
        'requests[0].exactly.tolerations[1].effect: Unsupported value: "Odd": supported values: "NoExecute", "NoSchedule", "None"',
      ],
    ],
    [
      { requests: [exactly()], constraints: [{ requests: ['x'], matchAttribute: 'a' }, {}] },
      [
        `constraints[0].requests[0]: Invalid value: "x": ${REFERENCE}`,
        'constraints[0].matchAttribute: Invalid value: "a": a fully qualified name must be a domain and a name separated by a slash',
        'constraints[1]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
      ],
    ],
    [
      { requests: [exactly()], config: [{}, { opaque: { driver: 'd', parameters: 'x' } }, { opaque }] },
      [
        'config[0].opaque: Required value',
        'config[1].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
      ],
    ],
  ])('%j', (devices, errors) => {
    expect(complaints(ResourceClaim, { spec: { devices } })).toEqual(errors.map(error => `spec.devices.${error}`));
  });

  it('asks for one device unless it says how many, and does not change', () => {
    const spec = { devices: { requests: [exactly()] } };
    expect(stored(ResourceClaim, { spec })).toMatchObject({
      spec: { devices: { requests: [{ exactly: { count: 1 } }] } },
    });
    const other = { devices: { requests: [exactly({ count: 2 })] } };
    const printed =
      '{"Devices":{"Requests":[{"Name":"r","Exactly":{"DeviceClassName":"c","Selectors":null,"AllocationMode":"ExactCount","Count":2,"AdminAccess":null,"Tolerations":null,"Capacity":null},"FirstAvailable":null}],"Constraints":null,"Config":null}}';
    expect(complaints(ResourceClaim, { spec: other }, { spec })).toEqual([`spec: Invalid value: ${printed}: ${FIXED}`]);
    const template = { spec: { metadata: { labels: { a: 'b' } }, spec: other } };
    expect(complaints(ResourceClaimTemplate, template, { spec: { spec } })).toEqual([
      expect.stringMatching(/^spec: Invalid value: \{"labels":\{"a":"b"\},"Spec":\{"Devices".*field is immutable$/),
    ]);
  });

  const given = { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: 'a' }] } };
  const consumer = { resource: 'pods', name: 'p', uid: 'u' };
  it.each<[object, object, readonly string[]]>([
    [{}, { allocation: given, reservedFor: [consumer] }, []],
    [{}, { reservedFor: [consumer] }, ['reservedFor: Forbidden: may not be specified when `allocated` is not set']],
    [
      {},
      { allocation: { devices: { results: [{ request: 'x', driver: 'd', pool: 'p', device: 'a' }] } } },
      [`allocation.devices.results[0].request: Invalid value: "x": ${REFERENCE}`],
    ],
    [
      { allocation: given },
      { allocation: { devices: {} } },
      [
        `allocation: Invalid value: {"Devices":{"Results":null,"Config":null},"NodeSelector":null,"AllocationTimestamp":null}: ${FIXED}`,
      ],
    ],
    [
      { allocation: given },
      {
        allocation: given,
        devices: [{ driver: 'd.x', pool: 'p', device: 'b', networkData: { ips: ['FD00::1/64', 'x'] } }],
      },
      [
        'devices[0]: Invalid value: {"Driver":"d.x","Pool":"p","Device":"b","ShareID":""}: must be an allocated device in the claim',
        'devices[0].networkData.ips[0]: Invalid value: "FD00::1/64": must be in canonical form ("fd00::1/64")',
        'devices[0].networkData.ips[1]: Invalid value: "x": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
      ],
    ],
  ])('status %j to %j', (before, after, errors) => {
    const spec = { devices: { requests: [exactly()] } };
    const said = ResourceClaim.validateStatusUpdate?.(
      stored(ResourceClaim, { spec, status: after }),
      stored(ResourceClaim, { spec, status: before }),
    );
    expect(said?.map(error => `${error.field}: ${fieldErrorBody(error)}`)).toEqual(
      errors.map(error => `status.${error}`),
    );
  });

  it.each<[object, string]>([
    [{}, 'pending'],
    [{ status: { allocation: given } }, 'allocated'],
    [{ status: { allocation: given, reservedFor: [consumer] } }, 'allocated,reserved'],
    [{ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, 'deleted'],
  ])('%j is %s', (parts, state) => {
    expect(row(ResourceClaim, parts)).toEqual(['x', state, '60m']);
  });
});

it.each<[object, readonly string[]]>([
  [{ config: [{ opaque }], extendedResourceName: 'a.b/c' }, []],
  [{ config: [{}] }, ['spec.config[0].opaque: Required value']],
  [
    { extendedResourceName: 'cpu' },
    ['spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name'],
  ],
  [
    { selectors: Array.from({ length: 33 }, () => ({ cel: { expression: 'true' } })) },
    ['spec.selectors: Too many: 33: must have at most 32 items'],
  ],
])('class %j', (spec, errors) => {
  expect(complaints(DeviceClass, { spec })).toEqual(errors);
});

describe('a slice', () => {
  const base = { driver: 'd.x', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 } };
  const PLACE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  it.each<[object, readonly string[]]>([
    [{ devices: [{ name: 'a', attributes: { m: { string: 's' } }, capacity: { m: { value: '1Gi' } } }] }, []],
    [{ nodeName: undefined }, [`spec: Required value: ${PLACE}`]],
    [
      { allNodes: true },
      [`spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${PLACE}, but multiple fields are set`],
    ],
    [
      { pool: { name: 'p', generation: -1, resourceSliceCount: 0 } },
      [
        'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
        'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
      ],
    ],
    [
      { devices: [{ name: 'a' }], sharedCounters: [{ name: 'c', counters: { m: { value: '1' } } }] },
      ['spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed'],
    ],
    [{ devices: [{ name: 'a' }, { name: 'a' }] }, ['spec.devices[1]: Duplicate value: "a"']],
    [
      { devices: [{ name: 'a', attributes: { m: {}, n: { version: '1' } } }] },
      [
        'spec.devices[0].attributes[m]: Invalid value: "": exactly one value must be specified',
        'spec.devices[0].attributes[n].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      ],
    ],
    [
      { devices: [{ name: 'a', taints: [{ key: 'k', effect: 'Odd' }], consumesCounters: [{}] }] },
      [
        'spec.devices[0].taints[0].effect: Unsupported value: "Odd": supported values: "NoExecute", "NoSchedule", "None"',
        'spec.devices[0].consumesCounters[0].counterSet: Required value',
        'spec.devices[0].consumesCounters[0].counters: Required value',
      ],
    ],
    [
      { devices: [{ name: 'a', bindingConditions: ['a'], nodeName: 'n' }] },
      [
        'spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
        'spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions',
      ],
    ],
  ])('%j', (more, errors) => {
    expect(complaints(ResourceSlice, { spec: { ...base, ...more } })).toEqual(errors);
  });

  it.each<[object, readonly string[]]>([
    [{ default: '1', validValues: ['1', '2'] }, []],
    [
      { default: '3', validValues: ['2', '1', '20'] },
      [
        'validValues[1]: Invalid value: "1": values must be sorted in ascending order',
        'validValues[2]: Invalid value: "20": option is larger than capacity value: 10',
        'validValues: Invalid value: "3": default value is not valid according to the requestPolicy',
      ],
    ],
    [{ validValues: ['1'] }, ['default: Required value: required when validValues is defined']],
    [{ default: '2', validRange: { min: '1', max: '5', step: '1' } }, []],
    [
      { default: '1', validRange: { min: '2', max: '12', step: '3' } },
      [
        'validRange.min: Invalid value: "1": default is less than min: 2',
        'validRange.max: Invalid value: "12": max is larger than capacity value: 10',
        'validRange.step: Invalid value: "1": value is not a multiple of a given step (3) from (2)',
        'validRange.step: Invalid value: "12": value is not a multiple of a given step (3) from (2)',
      ],
    ],
    [
      { default: '1', validRange: { min: '1', step: '0' } },
      ['validRange.step: Invalid value: "0": must be greater than zero'],
    ],
  ])('policy %j', (requestPolicy, errors) => {
    const device = { name: 'a', allowMultipleAllocations: true, capacity: { m: { value: '10', requestPolicy } } };
    const at = 'spec.devices[0].capacity[m].requestPolicy.';
    expect(complaints(ResourceSlice, { spec: { ...base, devices: [device] } })).toEqual(
      errors.map(error => at + error),
    );
  });

  it('takes no lists, tells since when a taint is there, and stays on its node', () => {
    const devices = [{ name: 'a', attributes: { m: { strings: ['s'] } }, taints: [{ key: 'k', effect: 'None' }] }];
    const made = ResourceSlice.prepareForCreate?.(stored(ResourceSlice, { spec: { ...base, devices } }), context);
    expect(made).toMatchObject({
      spec: { devices: [{ attributes: { m: {} }, taints: [{ timeAdded: '2026-01-01T00:00:00Z' }] }] },
    });
    expect(made).not.toHaveProperty('spec.devices[0].attributes.m.strings');
    expect(complaints(ResourceSlice, { spec: { ...base, nodeName: 'm' } }, { spec: base })).toEqual([
      `spec.nodeName: Invalid value: "m": ${FIXED}`,
    ]);
    expect(ResourceSlice.warnings?.(stored(ResourceSlice, { spec: { ...base, driver: 'D.x' } }))).toHaveLength(1);
    expect(row(ResourceSlice, { spec: base })).toEqual(['x', 'n', 'd.x', 'p', '60m']);
  });
});
