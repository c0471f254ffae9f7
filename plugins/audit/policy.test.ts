import * as yaml from 'yaml';
import { expect, it } from 'vitest';
import type { RequestInfo } from '../apiserver/contract.ts';
import { readPath } from '../apiserver/http/read-path.ts';
import { recordingBy } from './policy.ts';
import { readPolicy } from './read-policy.ts';

const JANE = { name: 'jane', groups: ['dev', 'system:authenticated'] };

function levelBy(rule: object, info: RequestInfo, user: typeof JANE | undefined): string {
  const policy = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Request', ...rule }] };
  const read = readPolicy(JSON.stringify(policy), yaml);
  if ('problem' in read) throw new Error(read.problem);
  return recordingBy(read.policy)(info, user).level;
}

const get = (path: string): RequestInfo => readPath('GET', path).info;
const POD = get('/api/v1/namespaces/n/pods/p');
const LOG = get('/api/v1/namespaces/n/pods/p/log');
const SCALE = get('/apis/apps/v1/namespaces/n/deployments/d/scale');
const NODE = get('/api/v1/nodes/a');
const HEALTH = get('/healthz/etcd');

it.each<[string, object, RequestInfo, boolean]>([
  ['nothing is asked', {}, HEALTH, true],
  ['its user', { users: ['jane'] }, POD, true],
  ['another user', { users: ['joe'] }, POD, false],
  ['one of its groups', { userGroups: ['ops', 'dev'] }, POD, true],
  ['none of its groups', { userGroups: ['ops'] }, POD, false],
  ['its verb', { verbs: ['get'] }, POD, true],
  ['another verb', { verbs: ['list'] }, POD, false],
  ['its namespace', { namespaces: ['n'] }, POD, true],
  ['another namespace', { namespaces: ['m'] }, POD, false],
  ['none, for what has none', { namespaces: [''] }, NODE, true],
  ['a namespace, for what is no resource', { namespaces: [''] }, HEALTH, false],
  ['its group', { resources: [{ group: '' }] }, LOG, true],
  ['another group', { resources: [{ group: 'apps' }] }, POD, false],
  ['any group', { resources: [{ group: '*' }] }, SCALE, true],
  ['its resource', { resources: [{ resources: ['pods'] }] }, POD, true],
  ['the resource, for a subresource', { resources: [{ resources: ['pods'] }] }, LOG, false],
  ['the subresource', { resources: [{ resources: ['pods/log'] }] }, LOG, true],
  ['all subresources', { resources: [{ resources: ['pods/*'] }] }, LOG, true],
  ['all subresources, for the resource itself', { resources: [{ resources: ['pods/*'] }] }, POD, true],
  ['a subresource of all', { resources: [{ group: 'apps', resources: ['*/scale'] }] }, SCALE, true],
  ['all', { resources: [{ group: 'apps', resources: ['*'] }] }, SCALE, true],
  ['its name', { resources: [{ resources: ['pods'], resourceNames: ['p'] }] }, POD, true],
  ['another name', { resources: [{ resources: ['pods'], resourceNames: ['q'] }] }, POD, false],
  ['its path', { nonResourceURLs: ['/healthz/etcd'] }, HEALTH, true],
  ['paths that begin so', { nonResourceURLs: ['/healthz*'] }, HEALTH, true],
  ['all paths', { nonResourceURLs: ['*'] }, HEALTH, true],
  ['a path above', { nonResourceURLs: ['/healthz'] }, HEALTH, false],
  ['paths, for a resource', { nonResourceURLs: ['*'] }, POD, false],
])('a rule that asks for %s', (_what, rule, info, matches) => {
  expect(levelBy(rule, info, JANE)).toBe(matches ? 'Request' : 'None');
});

it('knows nobody by name or group who is not known', () => {
  expect(levelBy({ users: ['jane'] }, POD, undefined)).toBe('None');
  expect(levelBy({ userGroups: ['dev'] }, POD, undefined)).toBe('None');
  expect(levelBy({}, POD, undefined)).toBe('Request');
});

it('goes by the first rule that matches, and adds what the whole policy omits', () => {
  const read = readPolicy(
    `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- {level: None, users: [joe]}
- {level: Metadata, omitStages: [Panic], omitManagedFields: false}
- {level: Request}`,
    yaml,
  );
  if ('problem' in read) throw new Error(read.problem);
  const recordingOf = recordingBy(read.policy);
  expect(recordingOf(POD, { name: 'joe', groups: [] }).level).toBe('None');
  expect(recordingOf(POD, JANE)).toEqual({
    level: 'Metadata',
    omitStages: new Set(['RequestReceived', 'Panic']),
    omitManagedFields: false,
  });
});
