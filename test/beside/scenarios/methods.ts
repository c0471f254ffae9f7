import { change, post, remove, type Scenario, type Step } from '../step.ts';

const MAPS = '/api/v1/namespaces/NS/configmaps';
const PODS = '/api/v1/namespaces/NS/pods';
const WEB = '/apis/apps/v1/namespaces/NS/deployments/web';
const labels = { app: 'web' };
const bare = (method: Step['method'], path: string): Step => ({ method, path });
const typed = (method: Step['method'], path: string, type: string, body: unknown = {}): Step => ({
  method,
  path,
  body,
  type,
});
const METHODS = ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PATCH', 'POST', 'DELETE', 'GET'] as const;
const everywhere = (about: string, path: string): Scenario =>
  Object.fromEntries(
    METHODS.map(method => [
      `${method} ${about}`,
      ['PUT', 'POST', 'PATCH'].includes(method) ? { method, path, body: {} } : bare(method, path),
    ]),
  );

/** Each method of HTTP where it is served and where it is not, and contents in every type. */
export const methods: Scenario = {
  map: post(MAPS, { metadata: { name: 'm' }, data: { a: 'b' } }),
  'HEAD a map': bare('HEAD', `${MAPS}/m`),
  'HEAD no map': bare('HEAD', `${MAPS}/none`),
  'HEAD maps': bare('HEAD', MAPS),
  'HEAD health': bare('HEAD', '/healthz'),
  'OPTIONS a map': bare('OPTIONS', `${MAPS}/m`),
  'OPTIONS maps': bare('OPTIONS', MAPS),
  'TRACE a map': bare('TRACE', `${MAPS}/m`),
  ...everywhere('version', '/version'),
  ...everywhere('health', '/livez'),
  ...everywhere('groups', '/apis'),
  ...everywhere('a group', '/apis/apps'),
  ...everywhere('a version of a group', '/apis/apps/v1'),
  ...everywhere('schemas', '/openapi/v3'),
  ...everywhere('an absent group', '/apis/nobody/v1/things'),
  ...everywhere('an absent resource', '/apis/apps/v1/namespaces/NS/things'),
  ...everywhere('an absent subresource', `${MAPS}/m/things`),
  ...everywhere('reviews', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'),
  deployment: post('/apis/apps/v1/namespaces/NS/deployments', {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  }),
  'delete of a scale': remove(`${WEB}/scale`),
  'post of a scale': post(`${WEB}/scale`, {}),
  'delete of a status': remove(`${WEB}/status`),
  'get of a status': bare('GET', `${WEB}/status`),
  'get of evictions': bare('GET', `${PODS}/p/eviction`),
  'get of a binding': bare('GET', `${PODS}/p/binding`),
  'put of a binding': typed('PUT', `${PODS}/p/binding`, 'application/json'),
  'get of a token': bare('GET', '/api/v1/namespaces/NS/serviceaccounts/default/token'),
  'get of finalize': bare('GET', '/api/v1/namespaces/NS/finalize'),
  'patch of text': typed('PATCH', `${MAPS}/m`, 'text/plain', 'x'),
  'patch of JSON': typed('PATCH', `${MAPS}/m`, 'application/json'),
  'patch of YAML': typed('PATCH', `${MAPS}/m`, 'application/yaml'),
  'patch of no type': typed('PATCH', `${MAPS}/m`, ''),
  'patch of a typed merge': typed('PATCH', `${MAPS}/m`, 'application/merge-patch+json; charset=utf-8'),
  'patch of CBOR': typed('PATCH', `${MAPS}/m`, 'application/apply-patch+cbor'),
  'patch of a form': typed('PATCH', `${MAPS}/m`, 'application/x-www-form-urlencoded', 'a=b'),
  'post of text': typed('POST', MAPS, 'text/plain', '{}'),
  'post of a form': typed('POST', MAPS, 'application/x-www-form-urlencoded', 'a=b'),
  'post of a merge': typed('POST', MAPS, 'application/merge-patch+json'),
  'post of typed JSON': typed('POST', MAPS, 'application/json; charset=utf-8', { metadata: { name: 'typed' } }),
  'put of text': typed('PUT', `${MAPS}/m`, 'text/plain', '{}'),
  'delete of text': typed('DELETE', `${MAPS}/m`, 'text/plain', '{}'),
  'patch of absent text': typed('PATCH', `${MAPS}/none`, 'text/plain', 'x'),
  'patch of a scale in text': typed('PATCH', `${WEB}/scale`, 'text/plain', 'x'),
  'patch of a status in text': typed('PATCH', `${WEB}/status`, 'text/plain', 'x'),
  'table of a patch': { ...change(`${MAPS}/m`, {}), accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  'gone with a table': { ...remove(`${MAPS}/m`), accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  'table of an error': { ...bare('GET', `${MAPS}/m`), accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  'table of old': { ...bare('GET', MAPS), accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io' },
  'table of another group': { ...bare('GET', MAPS), accept: 'application/json;as=Table;v=v1;g=x' },
  'table in YAML': { ...bare('GET', MAPS), accept: 'application/yaml;as=Table;v=v1;g=meta.k8s.io' },
  'metadata of a list': {
    ...bare('GET', MAPS),
    accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  },
  anything: { ...bare('GET', MAPS), accept: '*/*' },
  'any application': { ...bare('GET', MAPS), accept: 'application/*' },
  'weighed types': { ...bare('GET', MAPS), accept: 'text/html;q=0.9, application/yaml;q=0.8' },
  'no type that is known': { ...bare('GET', MAPS), accept: 'text/html' },
  'watch as YAML': { ...bare('GET', `${MAPS}?watch=1&timeoutSeconds=1`), accept: 'application/yaml' },
  'watch as XML': { ...bare('GET', `${MAPS}?watch=1&timeoutSeconds=1`), accept: 'application/xml' },
  'watch of metadata': {
    ...bare('GET', `${MAPS}?watch=1&timeoutSeconds=1`),
    accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  },
  'watch of tables': {
    ...bare('GET', `${MAPS}?watch=1&timeoutSeconds=1`),
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  },
};
