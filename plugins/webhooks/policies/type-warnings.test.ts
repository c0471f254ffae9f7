import { expect, it } from 'vitest';
import type { Resource } from '../../../src/api/resource.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { settled } from '../../kinds/testing/settled.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { typeOfKind } from './type-of-kind.ts';
import { typeWarnings } from './type-warnings.ts';

const SERVED: readonly Resource[] = [ConfigMap, Deployment, Service];
const rule = (resources: readonly string[], apiGroups = ['']) => ({
  operations: ['*'],
  apiVersions: ['v1'],
  apiGroups,
  resources,
});
const warnings = (more: object): readonly string[] => {
  const { spec } = settled(ValidatingAdmissionPolicy, { metadata: { name: 'p' }, spec: more });
  return typeWarnings(spec, SERVED, kind => typeOfKind(kind, () => undefined)).map(
    ({ fieldRef, warning }) => `${fieldRef}: ${warning}`,
  );
};
const spec = (resources: readonly object[], ...expressions: readonly string[]) => ({
  matchConstraints: { resourceRules: resources },
  validations: expressions.map(expression => ({ expression })),
});
const undefinedField = (kind: string, text: string, at: number, field: string) =>
  `${kind}: ERROR: <input>:1:${at}: undefined field '${field}'\n | ${text}\n | ${'.'.repeat(at - 1)}^\n`;

it.each<[string, object, readonly string[]]>([
  ['what fits', spec([rule(['configmaps'])], 'object.data.a == "b" && object.metadata.name != ""'), []],
  [
    'what one kind of two has not',
    spec([rule(['services', 'configmaps'])], 'true', 'has(object.spec)'),
    [`spec.validations[1].expression: ${undefinedField('/v1, Kind=ConfigMap', 'has(object.spec)', 4, 'spec')}`],
  ],
  ['what wildcards cover', spec([rule(['*']), rule(['configmaps'], ['*'])], 'object.nothing == 1'), []],
  ['subresources and kinds that are not there', spec([rule(['services/status', 'x'])], 'object.nothing == 1'), []],
  [
    'parameters and variables',
    {
      ...spec([rule(['services'])], 'variables.a == params.data.b', 'variables.a == params.size'),
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      variables: [{ name: 'a', expression: 'object.spec.clusterIP' }],
    },
    [
      `spec.validations[1].expression: ${undefinedField('/v1, Kind=Service', 'variables.a == params.size', 22, 'size')}`,
    ],
  ],
])('%s', (_what, given, expected) => {
  expect(warnings(given)).toEqual(expected);
});
