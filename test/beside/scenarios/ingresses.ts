import type { Scenario, Step } from '../step.ts';

const API = '/apis/networking.k8s.io/v1';
const INGRESSES = `${API}/namespaces/NS/ingresses`;
const CLASSES = `${API}/ingressclasses`;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const service = { service: { name: 's', port: { number: 80 } } };
const path = (more: object = {}): object => ({ path: '/', pathType: 'Prefix', backend: service, ...more });
const dry = (spec: object, metadata: object = {}): Step => ({
  method: 'POST',
  path: `${INGRESSES}?dryRun=All`,
  body: { metadata: { name: 'x', ...metadata }, spec },
});
const ruled = (more: object): Step => dry({ rules: [{ http: { paths: [path(more)] } }] });
const hosted = (host: string): Step => dry({ rules: [{ host, http: { paths: [path()] } }], tls: [{ hosts: [host] }] });
const classed = (spec: object): Step => ({
  method: 'POST',
  path: `${CLASSES}?dryRun=All`,
  body: { metadata: { name: 'x' }, spec: { controller: 'a.b/c', ...spec } },
});
const change = (url: string, body: object): Step => ({ method: 'PATCH', path: url, body });
const hosts = ['a.b', '*.a.b', '1.2.3.4', '::1', 'A', 'a.*', '*', '*.', '*.A', 'a_b', ''];
const paths = ['', 'x', '/a', '/a//b', '/a/./b', '/a/../b', '/a%2fb', '/a/..', '/a/.', '/a/'];
const annotations = { 'kubernetes.io/ingress.class': 'b' };

/** Ingresses and their classes. */
export const ingresses: Scenario = {
  nothing: { method: 'POST', path: INGRESSES, body: { metadata: { name: 'x' } } },
  'no paths': dry({ rules: [{ http: { paths: [] } }, { http: {} }, {}] }),
  'no type': ruled({ pathType: undefined }),
  'odd type': ruled({ pathType: 'Odd', path: 'x' }),
  ...Object.fromEntries(hosts.map(host => [`host ${host}`, hosted(host)])),
  ...Object.fromEntries(
    ['Exact', 'ImplementationSpecific'].flatMap(pathType =>
      paths.map(text => [`path ${text} ${pathType}`, ruled({ path: text, pathType })]),
    ),
  ),
  'no backend': ruled({ backend: {} }),
  'both backends': ruled({ backend: { ...service, resource: { kind: 'K', name: 'n' } } }),
  'bad resource': ruled({ backend: { resource: { apiGroup: 'A', kind: 'a/b', name: '' } } }),
  'good resource': ruled({ backend: { resource: { apiGroup: 'a.b', kind: 'K', name: 'n' } } }),
  'bad service': ruled({ backend: { service: { name: 'A_', port: { name: 'x', number: 1 } } } }),
  'no service': ruled({ backend: { service: { name: '' } } }),
  'bad port': dry({ defaultBackend: { service: { name: '1', port: { number: 70_000 } } }, ingressClassName: 'A' }),
  'bad port name': dry({ defaultBackend: { service: { name: 'a', port: { name: 'A--' } } } }),
  'bad secret': dry({ defaultBackend: service, tls: [{ secretName: 'A' }] }),
  'two classes': dry({ defaultBackend: service, ingressClassName: 'a' }, { annotations }),
  'old class': dry({ defaultBackend: service }, { annotations }),
  'all wrong': dry({
    ingressClassName: 'A',
    tls: [{ secretName: 'A' }],
    rules: [{ host: 'A', http: { paths: [] } }],
    defaultBackend: {},
  }),
  'class of nobody': classed({ controller: '' }),
  'class of a long name': classed({ controller: 'x'.repeat(251) }),
  'class of odd parameters': classed({ parameters: { scope: 'Odd', apiGroup: 'A' } }),
  'class without namespace': classed({ parameters: { kind: 'K', name: 'n', scope: 'Namespace' } }),
  'class with namespace': classed({ parameters: { kind: 'K', name: 'n', namespace: 'x' } }),
  'class with parameters': classed({ parameters: { kind: 'K', name: 'n' } }),
  class: {
    method: 'POST',
    path: CLASSES,
    body: {
      metadata: { name: 'beside', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: 'a.b/c', parameters: { apiGroup: 'g.h', kind: 'K', name: 'n' } },
    },
  },
  'other controller': change(`${CLASSES}/beside`, { spec: { controller: 'a.b/d' } }),
  'other parameters': change(`${CLASSES}/beside`, { spec: { parameters: { name: 'o' } } }),
  'of a named class': {
    method: 'POST',
    path: INGRESSES,
    body: {
      metadata: { name: 'i' },
      spec: { ingressClassName: 'own', rules: [{ host: 'a.b', http: { paths: [path()] } }] },
    },
  },
  'other host': change(`${INGRESSES}/i`, { spec: { rules: [{ host: 'c.d', http: { paths: [path()] } }] } }),
  'bad status': change(`${INGRESSES}/i/status`, {
    status: {
      loadBalancer: {
        ingress: [
          { ip: 'x', hostname: '1.2.3.4' },
          { ip: '1.2.3.4', hostname: 'A' },
        ],
      },
    },
  }),
  status: change(`${INGRESSES}/i/status`, {
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4', ports: [{ port: 80, protocol: 'TCP' }] }] } },
  }),
  table: { method: 'GET', path: INGRESSES, accept: TABLE },
  'table of the class': { method: 'GET', path: `${CLASSES}/beside`, accept: TABLE },
  'no such field': { method: 'GET', path: `${INGRESSES}?fieldSelector=spec.x%3D1` },
  deleted: { method: 'DELETE', path: `${INGRESSES}/i` },
  'class deleted': { method: 'DELETE', path: `${CLASSES}/beside` },
};
