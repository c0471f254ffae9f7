import { invalid, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import { configKeyProblems } from '../../../../src/base/config-key.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { envNameProblems } from '../../../../src/base/env-name.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from './env.ts';
import { validateFieldRef, validateResourceFieldRef } from './validate-field-ref.ts';
import { noBackstep } from './validate-paths.ts';

/** What a variable can show of its pod, besides single labels and annotations. */
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
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef !== undefined) errors.push(...validateFieldRef(fieldRef, FIELDS, `${field}.fieldRef`));
  if (resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, 'container'));
  }
  for (const [name, selector] of Object.entries({ configMapKeyRef, secretKeyRef })) {
    if (selector === undefined) continue;
    const path = `${field}.${name}`;
    errors.push(...subdomainProblems(selector.name).map(problem => invalid(`${path}.name`, selector.name, problem)));
    if (selector.key === '') continue;
    errors.push(...configKeyProblems(selector.key).map(problem => invalid(`${path}.key`, selector.key, problem)));
  }
  if (fileKeyRef !== undefined) errors.push(...validateFileKey(fileKeyRef, `${field}.fileKeyRef`));
  return [...errors, ...placedAfter(field, choiceErrors(source, value, field))];
}

function choiceErrors(source: EnvVarSource, value: string, field: string): readonly FieldError[] {
  const given = SOURCES.filter(name => source[name] !== undefined);
  if (given.length === 0) {
    const choice =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    return [invalid(field, '', choice)];
  }
  if (value !== '') return [invalid(field, '', 'may not be specified when `value` is not empty')];
  return given.length > 1 ? [invalid(field, '', 'may not have more than one field specified at a time')] : [];
}

const validateFileKey = ({ key, volumeName, path }: FileKeySelector, field: string): readonly FieldError[] => [
  ...envNameProblems(key).map(problem => invalid(`${field}.key`, key, problem)),
  ...(volumeName === '' ? [] : dnsLabelProblems(volumeName)).map(problem =>
    invalid(`${field}.volumeName`, volumeName, problem),
  ),
  ...noBackstep(path, `${field}.path`),
];

export function validateEnvFrom(sources: readonly EnvFromSource[], field: string): readonly FieldError[] {
  return sources.flatMap(({ prefix = '', configMapRef, secretRef }, index) => {
    const path = `${field}[${index}]`;
    const errors = envNameProblems(prefix).map(problem => invalid(`${path}.prefix`, prefix, problem));
    for (const [name, reference] of Object.entries({ configMapRef, secretRef })) {
      if (reference === undefined) continue;
      if (reference.name === '') errors.push(required(`${path}.${name}.name`));
      else {
        const problems = subdomainProblems(withoutTrailingDash(reference.name));
        errors.push(...problems.map(problem => invalid(`${path}.${name}.name`, reference.name, problem)));
      }
    }
    const given = [configMapRef, secretRef].filter(reference => reference !== undefined).length;
    if (given === 1) return errors;
    const detail =
      given === 0
        ? 'must specify one of: `configMapRef` or `secretRef`'
        : 'may not have more than one field specified at a time';
    return [...errors, ...placedAfter(path, [invalid(field, '', detail)])];
  });
}

/** Upstream judges this name as the beginning of one. */
const withoutTrailingDash = (name: string): string =>
  name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name;
