import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { settleObject } from '../../../../src/api/settle-object.ts';
import { validateNew } from '../../../../src/api/validate-object.ts';
import { CustomResourceDefinition } from './custom-resource-definition.ts';

const VERSION = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
const definition = (spec: object, name = 'foos.ex.io') =>
  settleObject(CustomResourceDefinition, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, uid: 'u', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { group: 'ex.io', scope: 'Namespaced', names: { plural: 'foos', kind: 'Foo' }, versions: [VERSION], ...spec },
  } as AnyObject);
const told = (spec: object, name?: string): readonly string[] =>
  validateNew(CustomResourceDefinition, definition(spec, name)).map(
    error => `${error.field}: ${fieldErrorBody(error)}`,
  );
const version = (more: object) => ({ versions: [{ ...VERSION, ...more }] });
const schema = (openAPIV3Schema: object) => version({ schema: { openAPIV3Schema } });
const member = (a: object) => schema({ type: 'object', properties: { a } });
const ROOT = 'spec.validation.openAPIV3Schema';

/** As a kube-apiserver 1.36.3 was seen to word them. */
describe('what is wrong with a definition', () => {
  it.each<[string, object, readonly string[]]>([
    ['nothing', {}, []],
    [
      'a group without a dot',
      { group: 'ex' },
      [
        'metadata.name: Invalid value: "foos.ex.io": must be spec.names.plural+"."+spec.group',
        'spec.group: Invalid value: "ex": should be a domain with at least one dot',
      ],
    ],
    [
      'a scope that there is not',
      { scope: 'Nowhere' },
      ['spec.scope: Unsupported value: "Nowhere": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'a version without a schema',
      version({ schema: undefined }),
      ['spec.versions[0].schema.openAPIV3Schema: Required value'],
    ],
    [
      'a kind that is its list',
      { names: { plural: 'foos', kind: 'Foo', listKind: 'Foo' } },
      ['spec.names.listKind: Invalid value: "Foo": kind and listKind may not be the same'],
    ],
    [
      'a warning without deprecation',
      version({ deprecationWarning: 'x' }),
      ['spec.versions[0].deprecationWarning: Invalid value: "x": can only be set for deprecated versions'],
    ],
    [
      'columns',
      version({ additionalPrinterColumns: [{ name: '', type: 'strin', jsonPath: 'x' }] }),
      [
        'spec.additionalPrinterColumns[0].name: Required value',
        'spec.additionalPrinterColumns[0].type: Invalid value: "strin": must be one of boolean,date,integer,number,string',
        'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "x": must be a simple json path starting with .',
      ],
    ],
    [
      'a scale elsewhere',
      version({ subresources: { scale: { specReplicasPath: '.x', statusReplicasPath: '' } } }),
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Required value',
      ],
    ],
    [
      'a selectable field that is none',
      version({ selectableFields: [{ jsonPath: '.spec.a' }] }),
      [
        'spec.selectableFields[0].jsonPath: Invalid value: ".spec.a": is an invalid path: does not refer to a valid field',
      ],
    ],
    [
      'a webhook that is not told',
      { conversion: { strategy: 'Webhook' } },
      [
        'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
        'spec.conversion.conversionReviewVersions: Required value',
      ],
    ],
    ['no type at the root', schema({}), [`${ROOT}.type: Required value: must not be empty at the root`]],
    [
      'a type that there is not',
      member({ type: 'foo' }),
      [
        `${ROOT}.properties[a].type: Unsupported value: "foo": supported values: "array", "boolean", "integer", "number", "object", "string"`,
      ],
    ],
    [
      'a list of nothing',
      member({ type: 'array' }),
      [`${ROOT}.properties[a].items: Required value: must be specified`],
    ],
    [
      'a type in an alternative',
      member({ type: 'string', anyOf: [{ type: 'integer' }] }),
      [`${ROOT}.properties[a].anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'the usual integer or text',
      member({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
      [],
    ],
    [
      'what only an alternative knows',
      schema({ type: 'object', anyOf: [{ properties: { q: { minimum: 1 } } }] }),
      [`${ROOT}.properties[q]: Required value: because it is defined in ${ROOT}.anyOf[0].properties[q]`],
    ],
    [
      'no pattern',
      member({ type: 'string', pattern: '[' }),
      [
        `${ROOT}.properties[a].pattern: Invalid value: "[": must be a valid regular expression, but isn't: error parsing regexp: missing closing ]: \`[\``,
      ],
    ],
    [
      'a default of another type',
      member({ type: 'string', default: 5 }),
      [`${ROOT}.properties[a].default: Invalid value: "integer":  in body must be of type string: "integer"`],
    ],
    [
      'a default that is not described',
      member({ type: 'object', default: { b: 1 }, properties: { c: { type: 'string' } } }),
      [`${ROOT}.properties[a].default: Invalid value: {"b":1}: must not have unknown fields`],
    ],
    [
      'keys that may be missing',
      member({
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'object', properties: { k: { type: 'string' } } },
      }),
      [
        `${ROOT}.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      'metadata beyond its name',
      schema({
        type: 'object',
        properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
      }),
      [
        `${ROOT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
      ],
    ],
    [
      'a rule that says nothing',
      member({ type: 'integer', 'x-kubernetes-validations': [{ rule: '' }] }),
      [`${ROOT}.properties[a].x-kubernetes-validations[0].rule: Required value: rule is not specified`],
    ],
    [
      'items of a wrong type',
      member({ type: 'array', items: { type: 5 } }),
      [
        `${ROOT}.properties[a].items: Invalid value: "": json: cannot unmarshal number into Go struct field JSONSchemaProps.type of type string`,
      ],
    ],
  ])('%s', (_name, spec, expected) => {
    expect(told(spec)).toEqual(expected);
  });

  it('of two stored versions, and of one that all were stored in', () => {
    const both = told({ versions: [VERSION, { ...VERSION, name: 'v2' }] });
    expect(both.join()).toContain('must have exactly one version marked as storage version');
    const { status } = definition({}) as unknown as { readonly status: object };
    expect(status).toMatchObject({ storedVersions: ['v1'] });
  });

  it('groups of the community ask for its approval', () => {
    const spec = { group: 'x.k8s.io' };
    expect(told(spec, 'foos.x.k8s.io')).toEqual([
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ]);
  });
});
