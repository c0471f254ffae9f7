import { describe, expect, it } from 'vitest';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import type { PolicyRulesWithSubjects, Subject } from '../kinds/flowcontrol/v1/flow-schema-spec.ts';
import { BOOTSTRAP_CONFIGURATION } from './bootstrap-objects.ts';
import { Classifier } from './classifier.ts';
import { getPods } from './testing/test-ticket.ts';

const bootstrap = new Classifier(
  BOOTSTRAP_CONFIGURATION.schemas.map(({ metadata, spec }) => ({ name: metadata.name, spec })),
);
const someone = (name: string, ...groups: string[]): UserInfo => ({
  name,
  groups: [...groups, 'system:authenticated'],
});
const path = (verb: string, of: string): RequestInfo => ({
  ...getPods,
  verb,
  path: of,
  isResourceRequest: false,
  resource: '',
  namespace: '',
  name: '',
});
const lease: RequestInfo = { ...getPods, group: 'coordination.k8s.io', resource: 'leases', verb: 'update' };
const account = (namespace: string): UserInfo =>
  someone(`system:serviceaccount:${namespace}:a`, 'system:serviceaccounts', `system:serviceaccounts:${namespace}`);

describe('what is there by default', () => {
  it.each<[string, UserInfo, RequestInfo]>([
    ['exempt', someone('admin', 'system:masters'), getPods],
    ['exempt', someone('admin', 'system:masters'), path('get', '/healthz')],
    ['probes', { name: 'system:anonymous', groups: ['system:unauthenticated'] }, path('get', '/healthz')],
    ['probes', someone('u'), path('get', '/readyz/etcd')],
    ['global-default', someone('u'), path('post', '/healthz')],
    ['global-default', someone('u'), path('get', '/healthzz')],
    ['system-leader-election', someone('system:kube-scheduler'), lease],
    ['kube-scheduler', someone('system:kube-scheduler'), { ...lease, verb: 'delete' }],
    ['kube-controller-manager', someone('system:kube-controller-manager'), getPods],
    ['system-leader-election', account('kube-system'), lease],
    ['kube-system-service-accounts', account('kube-system'), getPods],
    ['service-accounts', account('kube-system2'), getPods],
    ['system-node-high', someone('system:node:a', 'system:nodes'), lease],
    ['system-node-high', someone('system:node:a', 'system:nodes'), nodes('status')],
    ['system-nodes', someone('system:node:a', 'system:nodes'), nodes('proxy')],
    ['system-nodes', someone('system:node:a', 'system:nodes'), getPods],
    ['global-default', someone('u'), getPods],
    ['catch-all', { name: 'u', groups: [] }, getPods],
  ])('%s', (name, user, request) => {
    expect(bootstrap.classify(user, request).name).toBe(name);
  });
});

it('the same user in other groups is another', () => {
  const named = (...groups: string[]): string => bootstrap.classify(someone('twice', ...groups), getPods).name;
  expect([named(), named('system:masters'), named('system:nodes'), named()]).toEqual([
    'global-default',
    'exempt',
    'system-nodes',
    'global-default',
  ]);
});

describe('a rule', () => {
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] };
  const matches = (rule: PolicyRulesWithSubjects, user: UserInfo, request: RequestInfo): boolean =>
    new Classifier([
      { name: 'catch-all', spec: { matchingPrecedence: 10_000, rules: [] } },
      { name: 'rule', spec: { matchingPrecedence: 1, rules: [rule] } },
    ]).classify(user, request).name === 'rule';
  const clusterWide = { ...getPods, namespace: '' };

  it.each<[string, Subject, boolean]>([
    ['a user', { kind: 'User', user: { name: 'u' } }, true],
    ['another user', { kind: 'User', user: { name: 'v' } }, false],
    ['any user', { kind: 'User', user: { name: '*' } }, true],
    ['any group', { kind: 'Group', group: { name: '*' } }, true],
    ['a group', { kind: 'Group', group: { name: 'g' } }, true],
    ['another group', { kind: 'Group', group: { name: 'h' } }, false],
    ['a service account', { kind: 'ServiceAccount', serviceAccount: { namespace: 'n', name: 'u' } }, false],
  ])('speaks of %s', (_name, subject, expected) => {
    expect(matches({ subjects: [subject], resourceRules: [all] }, someone('u', 'g'), getPods)).toBe(expected);
  });

  it.each<[string, object, RequestInfo, boolean]>([
    ['namespaces, not the cluster', {}, clusterWide, false],
    ['the cluster, too', { clusterScope: true }, clusterWide, true],
    ['one namespace', { namespaces: ['n'] }, getPods, true],
    ['another namespace', { namespaces: ['m'] }, getPods, false],
    ['one verb', { verbs: ['list', 'get'] }, getPods, true],
    ['other verbs', { verbs: ['list', 'watch'] }, getPods, false],
    ['a resource, not what lies below it', { resources: ['pods'] }, { ...getPods, subresource: 'status' }, false],
    ['what lies below it', { resources: ['pods/status'] }, { ...getPods, subresource: 'status' }, true],
    ['another API group', { apiGroups: ['apps'] }, getPods, false],
  ])('speaks of %s', (_name, part, request, expected) => {
    const rule = { subjects: [{ kind: 'Group', group: { name: '*' } }], resourceRules: [{ ...all, ...part }] };
    expect(matches(rule, someone('u'), request)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['/apis/*', '/apis/apps', true],
    ['/apis/*', '/apis', false],
    ['/apis', '/apis/apps', true],
    ['/apis', '/apisx', false],
  ])('of %s speaks of %s: %s', (url, asked, expected) => {
    const rule = {
      subjects: [{ kind: 'Group', group: { name: '*' } }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: [url] }],
    };
    expect(matches(rule, someone('u'), path('get', asked))).toBe(expected);
  });
});

it('of schemas that match alike the first name counts', () => {
  const rules = [{ subjects: [{ kind: 'User', user: { name: '*' } }], resourceRules: [everything()] }];
  const schemas = ['b', 'a', 'catch-all'].map(name => ({ name, spec: { matchingPrecedence: 7, rules } }));
  expect(new Classifier(schemas).classify(someone('u'), getPods).name).toBe('a');
});

function nodes(subresource: string): RequestInfo {
  return { ...getPods, resource: 'nodes', subresource, namespace: '' };
}

function everything() {
  return { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] };
}
