import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import { complaints, stored } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { IngressClass } from './ingress-class.ts';
import { Ingress } from './ingress.ts';

const service = { service: { name: 's', port: { number: 80 } } };
const path = (more: object = {}) => ({ path: '/', pathType: 'Prefix', backend: service, ...more });
const rule = (...paths: readonly object[]) => ({ spec: { rules: [{ http: { paths } }] } });
const PATH = 'spec.rules[0].http.paths[0]';
const WILDCARD = expect.stringContaining("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS");
const SUBDOMAIN = expect.stringContaining('a lowercase RFC 1123 subdomain must consist of');
const A_NAME = 'must be a DNS name, not an IP address';

describe('a new ingress', () => {
  it.each<[object, readonly unknown[]]>([
    [rule(path()), []],
    [{ spec: { defaultBackend: service } }, []],
    [{ spec: { rules: [{ host: '*.a.b', http: { paths: [path()] } }], tls: [{ hosts: ['*.a.b', 'c'] }] } }, []],
    [{ spec: {} }, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [rule(), ['spec.rules[0].http.paths: Required value']],
    [rule({ backend: service }), [`${PATH}.pathType: Required value: pathType must be specified`]],
    [
      rule(path({ pathType: 'Odd', path: 'x' })),
      [`${PATH}.pathType: Unsupported value: "Odd": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
    ],
    [
      rule(path({ path: 'a//b/..' })),
      [
        `${PATH}.path: Invalid value: "a//b/..": must be an absolute path`,
        `${PATH}.path: Invalid value: "a//b/..": must not contain '//'`,
        `${PATH}.path: Invalid value: "a//b/..": cannot end with '/..'`,
      ],
    ],
    [rule(path({ pathType: 'ImplementationSpecific', path: undefined })), []],
    [
      rule(path({ pathType: 'ImplementationSpecific', path: 'x//' })),
      [`${PATH}.path: Invalid value: "x//": must be an absolute path`],
    ],
    [rule(path({ backend: {} })), [`${PATH}.backend: Invalid value: "": resource or service backend is required`]],
    [
      rule(path({ backend: { ...service, resource: { kind: 'K', name: 'n' } } })),
      [`${PATH}.backend: Invalid value: "": cannot set both resource and service backends`],
    ],
    [
      rule(path({ backend: { resource: { apiGroup: 'A', kind: 'a/b', name: '' } } })),
      [
        SUBDOMAIN,
        `${PATH}.backend.resource.kind: Invalid value: "a/b": may not contain '/'`,
        `${PATH}.backend.resource.name: Required value`,
      ],
    ],
    [
      rule(path({ backend: { service: { name: '' } } })),
      [
        `${PATH}.backend.service.name: Required value`,
        `${PATH}.backend: Required value: port name or number is required`,
      ],
    ],
    [
      rule(path({ backend: { service: { name: 'A_', port: { name: 'x', number: 1 } } } })),
      [
        expect.stringContaining(`${PATH}.backend.service.name: Invalid value: "A_": a lowercase RFC 1123 label`),
        `${PATH}.backend: Invalid value: "": cannot set both port name & port number`,
      ],
    ],
    [
      { spec: { defaultBackend: { service: { name: '1', port: { number: 70_000 } } }, ingressClassName: 'A' } },
      [
        'spec.defaultBackend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive',
        SUBDOMAIN,
      ],
    ],
    [
      {
        spec: {
          rules: [{ host: '1.2.3.4' }, { host: 'A' }, { host: 'a.*' }],
          tls: [{ hosts: ['*', 'A'], secretName: 'A' }],
        },
      },
      [
        `spec.rules[0].host: Invalid value: "1.2.3.4": ${A_NAME}`,
        SUBDOMAIN,
        WILDCARD,
        WILDCARD,
        SUBDOMAIN,
        expect.stringContaining('spec.tls[0].secretName: Invalid value: "A"'),
      ],
    ],
    [
      {
        spec: { defaultBackend: service, ingressClassName: 'a' },
        metadata: { annotations: { 'kubernetes.io/ingress.class': 'b' } },
      },
      [
        'annotations.kubernetes.io/ingress.class: Invalid value: "b": must match `ingressClassName` when both are specified',
      ],
    ],
  ])('%#', (parts, errors) => {
    expect(complaints(Ingress, parts)).toEqual(errors);
  });

  it('that replaces one may have wrong what that had wrong, of hosts with a star and of secrets', () => {
    const wrong = {
      spec: { rules: [{ host: '*.a', http: { paths: [] } }], tls: [{ secretName: 'A' }] },
    };
    const [object, old] = [stored(Ingress, wrong), stored(Ingress, wrong)];
    expect(Ingress.validate?.(object, old)).toEqual([]);
    expect(Ingress.validate?.(object)).toHaveLength(2);
  });

  it('tells where it is reached, by names and addresses', () => {
    const status = {
      loadBalancer: {
        ingress: [
          { ip: 'x', hostname: '1.2.3.4' },
          { ip: '1.2.3.4', hostname: 'A' },
        ],
      },
    };
    const ingress = stored(Ingress, { spec: { defaultBackend: service }, status });
    const told = (Ingress.validateStatusUpdate?.(ingress, ingress) ?? []).map(e => `${e.field}: ${fieldErrorBody(e)}`);
    expect(told).toEqual([
      expect.stringContaining('status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address'),
      `status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": ${A_NAME}`,
      SUBDOMAIN,
    ]);
  });

  it('is warned of the old way to name its class', () => {
    const annotations = { 'kubernetes.io/ingress.class': 'b' };
    const ingress = stored(Ingress, { spec: { defaultBackend: service }, metadata: { annotations } });
    expect(Ingress.warnings?.(ingress)).toEqual([
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ]);
    expect(Ingress.warnings?.(ingress, ingress)).toEqual([]);
  });
});

describe('a class of ingresses', () => {
  const of = (spec: object) => ({ metadata: {}, spec: { controller: 'a.b/c', ...spec } });
  it.each<[object, readonly unknown[]]>([
    [of({}), []],
    [of({ parameters: { kind: 'K', name: 'n' } }), []],
    [of({ controller: '' }), ['spec.controller: Required value']],
    [
      of({ controller: 'x'.repeat(251) }),
      ['spec.controller: Too long: may not be more than 250 bytes', expect.stringContaining('domain-prefixed path')],
    ],
    [
      of({ parameters: { scope: 'Odd', apiGroup: 'A' } }),
      [
        SUBDOMAIN,
        'spec.parameters.kind: Required value',
        'spec.parameters.name: Required value',
        'spec.parameters.scope: Unsupported value: "Odd": supported values: "Cluster", "Namespace"',
      ],
    ],
    [
      of({ parameters: { kind: 'K', name: 'n', scope: 'Namespace' } }),
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      of({ parameters: { kind: 'K', name: 'n', namespace: 'x' } }),
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
  ])('%#', (parts, errors) => {
    expect(complaints(IngressClass, parts)).toEqual(errors);
  });

  it('stays with its controller', () => {
    expect(complaints(IngressClass, of({ controller: 'a.b/d' }), of({}))).toEqual([
      'spec.controller: Invalid value: "a.b/d": field is immutable',
    ]);
  });
});

it('kubectl is told of hosts, places and defaults', () => {
  const hosts = (...names: readonly string[]) => ({ spec: { rules: names.map(host => ({ host })) } });
  const cells = (parts: object) => row(Ingress, parts).slice(1, -1);
  expect(Ingress.columns.map(({ name }) => name).join(' ')).toBe('Name Class Hosts Address Ports Age');
  expect(cells({ spec: { defaultBackend: service } })).toEqual(['<none>', '*', '', '80']);
  expect(cells(hosts('a', 'b', 'c'))).toEqual(['<none>', 'a,b,c', '', '80']);
  expect(cells(hosts('a', 'b', 'c', 'd', 'e'))).toEqual(['<none>', 'a,b,c + 2 more...', '', '80']);
  const status = { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'a.b' }, { ip: '1.1.1.1' }] } };
  expect(cells({ spec: { ingressClassName: 'k', tls: [{}] }, status })).toEqual([
    'k',
    '*',
    '1.1.1.1,2.2.2.2,a.b',
    '80, 443',
  ]);
  const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
  const parameters = { apiGroup: 'g', kind: 'K', name: 'n' };
  const spec = { controller: 'a.b/c', parameters };
  expect(row(IngressClass, { metadata: { annotations }, spec }).slice(0, 3)).toEqual(['x (default)', 'a.b/c', 'K.g/n']);
});
