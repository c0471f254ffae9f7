import { describe, expect, it } from 'vitest';
import { readPath } from './read-path.ts';

const CORE = { isResourceRequest: true, group: '', version: 'v1' };

describe('reading a path', () => {
  it.each([
    ['GET', '/api/v1/pods', { ...CORE, verb: 'list', resource: 'pods', namespace: '', name: '' }],
    ['GET', '/api/v1/pods?watch=1', { ...CORE, verb: 'watch', resource: 'pods' }],
    ['GET', '/api/v1/pods?fieldSelector=spec.x%3Dy%2Cmetadata.name%3Da', { ...CORE, verb: 'list', name: 'a' }],
    ['GET', '/api/v1/pods?watch=1&fieldSelector=metadata.name%3D%3Da', { ...CORE, verb: 'watch', name: 'a' }],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%21%3Da', { ...CORE, verb: 'list', name: '' }],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Da%2Fb', { ...CORE, verb: 'list', name: '' }],
    ['DELETE', '/api/v1/pods?fieldSelector=metadata.name%3Da', { ...CORE, verb: 'deletecollection', name: '' }],
    ['GET', '/api/v1/namespaces/a/pods/b?watch=1', { ...CORE, verb: 'get', namespace: 'a', name: 'b' }],
    [
      'POST',
      '/apis/apps/v1/namespaces/a/deployments',
      { group: 'apps', verb: 'create', resource: 'deployments', namespace: 'a' },
    ],
    ['PUT', '/api/v1/namespaces/a/pods/b/status', { ...CORE, verb: 'update', name: 'b', subresource: 'status' }],
    ['DELETE', '/api/v1/namespaces/a/pods', { ...CORE, verb: 'deletecollection', resource: 'pods', name: '' }],
    ['GET', '/api/v1/namespaces/a', { ...CORE, verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
    ['PUT', '/api/v1/namespaces/a/finalize', { ...CORE, resource: 'namespaces', name: 'a', subresource: 'finalize' }],
    ['GET', '/api/v1/namespaces/a%2Fb/pods', { ...CORE, namespace: 'a/b', resource: 'pods' }],
    ['GET', '/apis/apps/v1', { isResourceRequest: false, verb: 'get', path: '/apis/apps/v1' }],
    ['GET', '/healthz', { isResourceRequest: false, path: '/healthz' }],
  ])('%s %s', (method, url, info) => {
    expect(readPath(method, url).info).toMatchObject(info);
  });

  it('keeps what follows a proxied path', () => {
    expect(readPath('GET', '/api/v1/namespaces/a/services/b:80/proxy/x/y%20z?q=1')).toMatchObject({
      base: '/api/v1/namespaces/a/services/b:80/proxy',
      rest: '/x/y%20z',
      search: '?q=1',
    });
    expect(readPath('GET', '/api/v1/nodes/a/proxy')).toMatchObject({ base: '/api/v1/nodes/a/proxy', rest: '' });
    expect(readPath('GET', '/api/v1/nodes/a/proxy/')).toMatchObject({ base: '/api/v1/nodes/a/proxy', rest: '/' });
    expect(readPath('GET', '/api/v1/nodes/a/proxy//b/')).toMatchObject({ rest: '//b/' });
  });

  it.each([
    '/api/v1/namespaces/../secrets',
    '/api/v1/%2e%2e/x',
    '/api/v1/./x',
    '/api/%zz',
    '/api/v1/a%00b',
    `/api/v1/${'a'.repeat(2000)}`,
  ])('refuses %s', url => expect(() => readPath('GET', url)).toThrow('the path is not valid'));
});
