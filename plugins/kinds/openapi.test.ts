import { describe, expect, it } from 'vitest';
import { openApiComponents } from '../../src/api/openapi-components.ts';
import { everyKind } from './testing/every-kind.ts';

function* refs(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === '$ref' && typeof item === 'string') yield item;
    else yield* refs(item);
  }
}

describe.each(['v2', 'v3'] as const)('OpenAPI %s', version => {
  const components = openApiComponents(everyKind, version);
  const prefix = version === 'v2' ? '#/definitions/' : '#/components/schemas/';

  it('names nothing that is not there', () => {
    const dangling = [...refs(components)].filter(ref => !Object.hasOwn(components, ref.slice(prefix.length)));
    expect(dangling).toEqual([]);
    expect([...refs(components)].every(ref => ref.startsWith(prefix))).toBe(true);
  });

  it('has a schema and a list for every kind, with its group, version and kind', () => {
    for (const { openapiName, group, version: served, kind, virtual } of everyKind) {
      expect(components[openapiName]).toMatchObject({
        'x-kubernetes-group-version-kind': [{ group, version: served, kind }],
      });
      if (virtual !== true) expect(components[`${openapiName}List`]).toMatchObject({ required: ['items'] });
    }
  });
});

it('says of a list what patches must know', () => {
  const { 'io.k8s.api.core.v1.PodSpec': spec, 'io.k8s.api.apps.v1.DeploymentSpec': deployment } = openApiComponents(
    everyKind,
    'v3',
  );
  expect(spec).toMatchObject({
    type: 'object',
    required: ['containers'],
    properties: {
      containers: {
        type: 'array',
        items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }], default: {} },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
      },
      volumes: { 'x-kubernetes-patch-strategy': 'merge,retainKeys' },
      tolerations: { 'x-kubernetes-list-type': 'atomic' },
      nodeSelector: { 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string', default: '' } },
    },
  });
  expect(deployment).toMatchObject({ properties: { strategy: { 'x-kubernetes-patch-strategy': 'retainKeys' } } });
});

it.each([
  ['flowcontrol.v1.ResourcePolicyRule', 'verbs', 'set'],
  ['flowcontrol.v1.NonResourcePolicyRule', 'nonResourceURLs', 'set'],
  ['admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec', 'validationActions', 'set'],
  ['admissionregistration.v1.ValidatingAdmissionPolicyStatus', 'conditions', 'map'],
  ['certificates.v1.CertificateSigningRequestStatus', 'conditions', 'map'],
  ['resource.v1.AllocatedDeviceStatus', 'conditions', 'map'],
  ['storage.v1.CSIDriverSpec', 'volumeLifecycleModes', 'set'],
])('of %s a strategic patch replaces %s, which apply merges as a %s', (name, field, type) => {
  const schema = openApiComponents(everyKind, 'v3')[`io.k8s.api.${name}`] as { properties: Record<string, object> };
  expect(schema.properties[field]).toMatchObject({ 'x-kubernetes-list-type': type });
  expect(schema.properties[field]).not.toHaveProperty('x-kubernetes-patch-strategy');
});

it('decorates references as each version can', () => {
  const name = 'io.k8s.api.core.v1.ServicePort';
  const target = (version: 'v2' | 'v3') =>
    (openApiComponents(everyKind, version)[name] as { properties: Record<string, unknown> }).properties['targetPort'];
  const description = 'Number or name of the port of the pods.';
  const component = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
  expect(target('v2')).toEqual({ $ref: `#/definitions/${component}`, description });
  expect(target('v3')).toEqual({ allOf: [{ $ref: `#/components/schemas/${component}` }], description });
});
