import { describe, expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { settled } from '../../testing/settled.ts';
import { withAvailability } from './availability.ts';
import { APIService } from './api-service.ts';

const local = { group: 'g.io', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 };
const service = { namespace: 'a', name: 's' };
const named = (spec: object, name = 'v1.g.io') => ({ metadata: { name }, spec });

describe('a new APIService', () => {
  it.each<[object, readonly string[]]>([
    [named(local), []],
    [named({ ...local, group: '' }, 'v1.'), []],
    [named({ ...local, service, insecureSkipTLSVerify: true }), []],
    [named(local, 'v1.g'), ['metadata.name: Invalid value: "v1.g": must be `spec.version+"."+spec.group`: "v1.g.io"']],
    [
      named({ version: 'v2', groupPriorityMinimum: 20_001, versionPriority: 1001 }, 'v2.'),
      [
        'spec.group: Required value: only v1 may have an empty group and it better be legacy kube',
        'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
        'spec.versionPriority: Invalid value: 1001: must be positive and less than 1000',
      ],
    ],
    [
      named({ ...local, caBundle: 'AAAA', insecureSkipTLSVerify: true }),
      [
        'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
        'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
      ],
    ],
    [
      named({ ...local, service: { port: 0 }, caBundle: 'AAAA', insecureSkipTLSVerify: true }),
      [
        'spec.service.namespace: Required value',
        'spec.service.name: Required value',
        'spec.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
        'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
      ],
    ],
  ])('%j', (object, expected) => {
    expect(complaints(APIService, object)).toEqual(expected);
  });

  it('is asked for at 443 unless it says otherwise', () => {
    expect(settled(APIService, { metadata: { name: 'v1.g.io' }, spec: { ...local, service } }).spec.service).toEqual({
      ...service,
      port: 443,
    });
  });
});

it.each([
  [{}, ['x', 'Local', 'Unknown', '60m']],
  [
    { status: { conditions: [{ type: 'Available', status: 'True', reason: 'Passed' }] } },
    ['x', 'Local', 'True', '60m'],
  ],
  [
    { spec: { ...local, service }, status: { conditions: [{ type: 'Available', status: 'False', reason: 'R' }] } },
    ['x', 'a/s', 'False (R)', '60m'],
  ],
])('is shown as a row: %j', (parts, expected) => {
  expect(row(APIService, { spec: local, ...parts })).toEqual(expected);
});

it('keeps the time of a transition, and what others say', () => {
  const other = { type: 'Mine', status: 'True' as const, lastTransitionTime: null };
  const [first, later] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)];
  const before = withAvailability({ conditions: [other] }, { status: 'False', reason: 'A', message: '' }, first);
  const same = withAvailability(before, { status: 'False', reason: 'B', message: '' }, later);
  expect(same.conditions).toMatchObject([other, { reason: 'B', lastTransitionTime: '2026-01-01T00:00:00Z' }]);
  const turned = withAvailability(same, { status: 'True', reason: 'C', message: '' }, later);
  expect(turned.conditions?.[1]?.lastTransitionTime).toBe('2026-01-02T00:00:00Z');
});
