import { describe, expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { quotaWarnings } from './quota-warnings.ts';
import { ResourceQuota } from './resource-quota.ts';

const SCOPE = 'spec.scopes: Invalid value';
const SELECTOR = 'spec.scopeSelector.matchExpressions';
const selecting = (...matchExpressions: readonly object[]): object => ({
  hard: { pods: '1' },
  scopeSelector: { matchExpressions },
});

describe('a quota', () => {
  it.each<[object, readonly string[]]>([
    [{}, []],
    [{ hard: { 'count/x.y': '1', 'requests.a.b/c': '2', 'requests.hugepages-2Mi': '1', 'g.storageclass/x': '1' } }, []],
    [{ hard: { pods: '1.5' } }, ['spec.hard[pods]: Invalid value: "1500m": must be an integer']],
    [{ hard: { cpu: '-1' } }, ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0']],
    [
      { hard: { storage: '1' } },
      ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
    ],
    [
      { hard: { odd: '1' } },
      [
        'spec.hard[odd]: Invalid value: "odd": must be a standard resource type or fully qualified',
        'spec.hard[odd]: Invalid value: "odd": must be a standard resource for quota',
      ],
    ],
    [{ hard: { pods: '1' }, scopes: ['Odd'] }, [`${SCOPE}: ["Odd"]: unsupported scope`]],
    [
      { hard: { pods: '1', services: '1' }, scopes: ['Terminating', 'NotTerminating'] },
      [
        `${SCOPE}: ["Terminating","NotTerminating"]: unsupported scope applied to resource`,
        `${SCOPE}: ["Terminating","NotTerminating"]: conflicting scopes`,
      ],
    ],
    [selecting({ scopeName: 'PriorityClass', operator: 'In', values: ['a'] }), []],
    [
      selecting({ scopeName: 'Odd', operator: 'Near' }),
      [
        `${SELECTOR}.scopeName: Invalid value: "Odd": unsupported scope`,
        `${SELECTOR}.operator: Invalid value: "Near": not a valid selector operator`,
      ],
    ],
    [
      selecting(
        { scopeName: 'PriorityClass', operator: 'In' },
        { scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] },
      ),
      [
        `${SELECTOR}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
        `${SELECTOR}.values: Invalid value: ["a"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`,
      ],
    ],
    [
      selecting({ scopeName: 'Terminating', operator: 'Exists' }, { scopeName: 'NotTerminating', operator: 'Exists' }),
      [`${SELECTOR}: Invalid value: null: conflicting scopes`],
    ],
  ])('%j', (spec, expected) => {
    expect(complaints(ResourceQuota, { spec })).toEqual(expected);
  });

  it('keeps its scopes, in any order', () => {
    const spec = { hard: { pods: '1' }, scopes: ['NotBestEffort', 'Terminating'] };
    const change = (scopes: readonly string[]) => complaints(ResourceQuota, { spec: { ...spec, scopes } }, { spec });
    expect(change(['Terminating', 'NotBestEffort'])).toEqual([]);
    expect(change(['Terminating'])).toEqual([`${SCOPE}: ["Terminating"]: field is immutable`]);
  });

  it('is told where requests could never be used up', () => {
    const hard = { cpu: '2', 'limits.cpu': '1', 'requests.memory': '1Gi', 'limits.memory': '1Gi' };
    expect(quotaWarnings({ hard })).toEqual(['ResourceQuota cpu (2) should be less than limits.cpu (1)']);
  });

  it('shows what is used, limits in a column of their own', () => {
    const status = { hard: { pods: '2', 'limits.cpu': '1', cpu: '1' }, used: { pods: '1', 'limits.cpu': '500m' } };
    expect(row(ResourceQuota, { status })).toEqual(['x', 'cpu: 0/1, pods: 1/2', 'limits.cpu: 500m/1', '60m']);
  });
});
