import { describe, expect, it } from 'vitest';
import { notCovered, ruleAllows, type PolicyRule, type RuledRequest } from './policy-rule.ts';

const request = (verb: string, resource: string, name = '', group = ''): RuledRequest => {
  const [plural = '', subresource = ''] = resource.split('/');
  return { verb, path: '', isResourceRequest: true, group, resource: plural, subresource, name };
};
const url = (verb: string, path: string): RuledRequest => ({ ...request(verb, ''), path, isResourceRequest: false });
const rule = (verbs: string, groups: string, resources: string, names?: string): PolicyRule => ({
  verbs: verbs.split(','),
  apiGroups: groups.split(','),
  resources: resources.split(','),
  ...(names === undefined ? {} : { resourceNames: names.split(',') }),
});

describe('ruleAllows', () => {
  it.each([
    ['the named verb and resource', rule('get', '', 'pods'), request('get', 'pods'), true],
    ['no other verb', rule('get', '', 'pods'), request('list', 'pods'), false],
    ['no other group', rule('get', '', 'pods'), request('get', 'pods', '', 'apps'), false],
    ['no subresource by the main resource', rule('get', '', 'pods'), request('get', 'pods/log'), false],
    ['a subresource by name', rule('get', '', 'pods/log'), request('get', 'pods/log'), true],
    [
      'a subresource of every resource',
      rule('get', '*', '*/scale'),
      request('get', 'deployments/scale', '', 'apps'),
      true,
    ],
    ['no main resource by */scale', rule('get', '*', '*/scale'), request('get', 'deployments', '', 'apps'), false],
    ['everything by stars', rule('*', '*', '*'), request('delete', 'pods/exec', 'x', 'g'), true],
    ['one object by its name', rule('get', '', 'secrets', 'a'), request('get', 'secrets', 'a'), true],
    ['no list by a name', rule('list', '', 'secrets', 'a'), request('list', 'secrets'), false],
    ['no path by resource rules', rule('*', '*', '*'), url('get', '/metrics'), false],
    ['a path', { verbs: ['get'], nonResourceURLs: ['/version'] }, url('get', '/version'), true],
    ['a path by prefix', { verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, url('get', '/healthz/ping'), true],
    ['no other path', { verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, url('get', '/healthz'), false],
  ] as const)('allows %s', (_, given, asked, allowed) => {
    expect(ruleAllows(given, asked)).toBe(allowed);
  });
});

describe('notCovered', () => {
  it.each([
    ['nothing of what is owned', [rule('get,list', '', 'pods')], [rule('*', '', 'pods')], []],
    [
      'each verb that is missing',
      [rule('get,delete', '', 'pods')],
      [rule('get', '', 'pods')],
      [rule('delete', '', 'pods')],
    ],
    [
      'all objects where one is owned',
      [rule('get', '', 'pods')],
      [rule('get', '', 'pods', 'a')],
      [rule('get', '', 'pods')],
    ],
    ['nothing where all are owned', [rule('get', '', 'pods', 'a')], [rule('get', '', 'pods')], []],
    ['a star that is not owned', [rule('get', '*', 'pods')], [rule('get', '', 'pods')], [rule('get', '*', 'pods')]],
  ])('tells %s', (_, wanted, owned, missing) => {
    expect(notCovered(wanted, owned)).toEqual(missing);
  });
});
