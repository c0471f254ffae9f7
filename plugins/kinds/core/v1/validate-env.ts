import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { configKeyProblems } from '../../../../src/base/config-key.ts';
import { envNameProblems } from '../../../../src/base/env-name.ts';
import type { EnvFromSource, EnvVar, EnvVarSource } from './env.ts';

const FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const KEYED = /^metadata\.(labels|annotations)\['[^']+'\]$/;
const RESOURCE = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;
const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

export function validateEnv(env: readonly EnvVar[], field: string): readonly FieldError[] {
  return env.flatMap(({ name, value, valueFrom }, index) => {
    const path = `${field}[${index}]`;
    return [
      ...envNameProblems(name).map(problem => invalid(`${path}.name`, name, problem)),
      ...(valueFrom === undefined ? [] : validateSource(valueFrom, value ?? '', `${path}.valueFrom`)),
    ];
  });
}

function validateSource(source: EnvVarSource, value: string, field: string): readonly FieldError[] {
  const given = SOURCES.filter(name => source[name] !== undefined);
  if (given.length === 0) {
    const choice =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    return [invalid(field, '', choice)];
  }
  const errors: FieldError[] = [];
  if (value !== '') errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  if (given.length > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  if (fieldRef !== undefined && !FIELDS.includes(fieldRef.fieldPath) && !KEYED.test(fieldRef.fieldPath)) {
    errors.push(notSupported(`${field}.fieldRef.fieldPath`, fieldRef.fieldPath, FIELDS));
  }
  if (resourceFieldRef !== undefined && !RESOURCE.test(resourceFieldRef.resource)) {
    const known = ['limits', 'requests'].flatMap(kind =>
      ['cpu', 'ephemeral-storage', 'memory'].map(name => `${kind}.${name}`),
    );
    errors.push(notSupported(`${field}.resourceFieldRef.resource`, resourceFieldRef.resource, known));
  }
  for (const [name, selector] of Object.entries({ configMapKeyRef, secretKeyRef })) {
    if (selector === undefined) continue;
    if (selector.name === '') errors.push(required(`${field}.${name}.name`));
    if (selector.key === '') errors.push(required(`${field}.${name}.key`));
    else
      errors.push(
        ...configKeyProblems(selector.key).map(problem => invalid(`${field}.${name}.key`, selector.key, problem)),
      );
  }
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[], field: string): readonly FieldError[] {
  return sources.flatMap(({ prefix = '', configMapRef, secretRef }, index) => {
    const path = `${field}[${index}]`;
    const errors = envNameProblems(prefix).map(problem => invalid(`${path}.prefix`, prefix, problem));
    if (configMapRef?.name === '') errors.push(required(`${path}.configMapRef.name`));
    if (secretRef?.name === '') errors.push(required(`${path}.secretRef.name`));
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}
