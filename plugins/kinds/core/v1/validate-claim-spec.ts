import { invalid, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import type { PersistentVolumeClaimSpec, TypedObjectReference } from './persistent-volume-claim-spec.ts';
import { validateAccessModes } from './validate-access-modes.ts';

/** What a claim asks for, in a claim or in what claims are made from. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, field: string): readonly FieldError[] {
  const { accessModes = [], selector, resources, storageClassName = '' } = spec;
  const { dataSource, dataSourceRef, volumeAttributesClassName: attributes = '' } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(required(`${field}.accessModes`, 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(selector, `${field}.selector`));
  errors.push(...placedAfter(`${field}.selector`, validateAccessModes(accessModes, `${field}.accessModes`)));
  const storage = resources.requests?.['storage'];
  const path = `${field}.resources[storage]`;
  if (storage === undefined) errors.push(required(path));
  else if (parseQuantity(storage).nano <= 0n) errors.push(invalid(path, storage, 'must be greater than zero'));
  if (storageClassName !== '') {
    const problems = subdomainProblems(storageClassName);
    errors.push(...problems.map(problem => invalid(`${field}.storageClassName`, storageClassName, problem)));
  }
  if (dataSource !== undefined) errors.push(...sourceErrors(dataSource, `${field}.dataSource`));
  if (dataSourceRef !== undefined) errors.push(...sourceErrors(dataSourceRef, `${field}.dataSourceRef`));
  const elsewhere = dataSourceRef?.namespace ?? '';
  if (elsewhere !== '' && dataSource !== undefined) {
    const detail = 'may not be specified when dataSourceRef.namespace is specified';
    errors.push(...placedAfter(field, [invalid(field, {}, detail)]));
  } else if (dataSource !== undefined && dataSourceRef !== undefined && !isSame(dataSource, dataSourceRef)) {
    errors.push(...placedAfter(field, [invalid(field, {}, 'must match dataSourceRef')]));
  }
  if (attributes !== '') {
    const problems = subdomainProblems(attributes);
    errors.push(...problems.map(problem => invalid(`${field}.volumeAttributesClassName`, attributes, problem)));
  }
  return errors;
}

const isSame = (a: TypedObjectReference, b: TypedObjectReference): boolean =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;

function sourceErrors(source: TypedObjectReference, field: string): readonly FieldError[] {
  const { apiGroup = '', kind, namespace = '' } = source;
  const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
  return [
    ...(apiGroup === '' && kind !== 'PersistentVolumeClaim' ? [invalid(field, kind, detail)] : []),
    ...(apiGroup === ''
      ? []
      : subdomainProblems(apiGroup).map(problem => invalid(`${field}.apiGroup`, apiGroup, problem))),
    ...(namespace === '' ? [] : dnsLabelProblems(namespace)).map(problem =>
      invalid(`${field}.namespace`, namespace, problem),
    ),
  ];
}
