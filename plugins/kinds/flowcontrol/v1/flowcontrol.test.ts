import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { FlowSchema } from './flow-schema.ts';
import { PriorityLevelConfiguration } from './priority-level-configuration.ts';

const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] };
const group = { kind: 'Group', group: { name: 'g' } };
const schema = (spec: object = {}) => ({
  spec: { priorityLevelConfiguration: { name: 'p' }, rules: [{ subjects: [group], resourceRules: [all] }], ...spec },
});
const rule = (subject: object, more: object = { resourceRules: [all] }) =>
  schema({ rules: [{ subjects: [subject], ...more }] });
const level = (spec: object, name = 'x') => ({ metadata: { name }, spec });
const limited = (limitResponse: object, more: object = {}) =>
  level({ type: 'Limited', limited: { limitResponse, ...more } });

describe('a new FlowSchema', () => {
  it.each<[object, readonly string[]]>([
    [schema(), []],
    [
      schema({ matchingPrecedence: 1, priorityLevelConfiguration: {}, distinguisherMethod: { type: 'Odd' } }),
      [
        "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
        'spec.distinguisherMethod.type: Unsupported value: {"Type":"Odd"}: supported values: "ByNamespace", "ByUser"',
        'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
      ],
    ],
    [
      schema({ matchingPrecedence: 10_001, rules: [{}] }),
      [
        'spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000',
        'spec.rules[0].subjects: Required value: subjects must contain at least one value',
        'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      ],
    ],
    [
      rule({ kind: 'ServiceAccount', user: { name: 'u' }, serviceAccount: { name: '*' } }),
      [
        'spec.rules[0].subjects[0].serviceAccount.namespace: Required value: must specify namespace for service account',
        "spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'",
      ],
    ],
    [
      rule({ kind: 'Odd' }),
      ['spec.rules[0].subjects[0].kind: Unsupported value: "Odd": supported values: "Group", "ServiceAccount", "User"'],
    ],
    [
      rule({ kind: 'User' }),
      ["spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'"],
    ],
    [
      rule(group, { resourceRules: [{ verbs: ['eat'], apiGroups: ['*', 'a'], resources: [], namespaces: [] }] }),
      [
        'spec.rules[0].resourceRules[0].verbs: Unsupported value: ["eat"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
        'spec.rules[0].resourceRules[0].apiGroups: Invalid value: ["*","a"]: if \'*\' is present, must not specify other api groups',
        'spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource',
        'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
      ],
    ],
    [
      rule(group, { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['x', '/a*', '/b//c', '/ok/*'] }] }),
      [
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "x": must start with slash',
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a*": wildcard can only do suffix matching',
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/b//c": must not contain double slash',
      ],
    ],
  ])('%j', (object, expected) => {
    expect(complaints(FlowSchema, object)).toEqual(expected);
  });

  it('comes late unless it says when', () => {
    expect(stored(FlowSchema, schema())).toMatchObject({ spec: { matchingPrecedence: 1000 } });
  });
});

describe('a new PriorityLevelConfiguration', () => {
  it.each<[object, readonly string[]]>([
    [limited({ type: 'Queue', queuing: {} }), []],
    [level({ type: 'Exempt' }, 'exempt'), []],
    [
      level({ type: 'Exempt', limited: {}, exempt: { lendablePercent: 101 } }),
      [
        "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
        'spec.limited: Forbidden: must be nil if the type is not Limited',
        'spec.exempt.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
      ],
    ],
    [level({ type: 'Limited' }), ['spec.limited: Required value: must not be empty when type is Limited']],
    [level({}), ['spec.type: Required value']],
    [
      limited({ type: 'Reject', queuing: {} }, { nominalConcurrencyShares: -1, borrowingLimitPercent: -1 }),
      [
        'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
        'spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited',
        'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
      ],
    ],
    [
      limited({ type: 'Queue', queuing: { queues: 128, handSize: 10, queueLengthLimit: -1 } }),
      [
        'spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1: must be positive',
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 10: required entropy bits of deckSize 128 and handSize 10 should not be greater than 60',
      ],
    ],
    [
      limited({ type: 'Queue', queuing: { queues: 4, handSize: 5 } }),
      ['spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)'],
    ],
  ])('%j', (object, expected) => {
    expect(complaints(PriorityLevelConfiguration, object)).toEqual(expected);
  });

  it('has a share and queues unless it says how many', () => {
    expect(stored(PriorityLevelConfiguration, limited({ type: 'Queue', queuing: {} }))).toMatchObject({
      spec: {
        limited: {
          nominalConcurrencyShares: 30,
          lendablePercent: 0,
          limitResponse: { queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
        },
      },
    });
  });
});

it('are shown as rows', () => {
  expect(row(FlowSchema, schema())).toEqual(['x', 'p', 1000, '<none>', '60m', '?']);
  expect(row(PriorityLevelConfiguration, limited({ type: 'Reject' }))).toEqual([
    'x',
    'Limited',
    30,
    '<none>',
    '<none>',
    '<none>',
    '60m',
  ]);
});
