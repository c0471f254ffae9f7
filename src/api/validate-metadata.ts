import { isDeepEqual } from '../base/deep-equal.ts';
import { dnsLabelProblems } from '../base/dns-label.ts';
import { must } from '../base/must.ts';
import { labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../base/qualified-name.ts';
import { forbidden, invalid, required, tooLong, type FieldError } from './field-error.ts';
import { MAX_CAUSES } from './status-error.ts';
import type { AnyObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';

/** Bytes of all keys and values of an object's annotations. */
export const MAX_ANNOTATIONS_BYTES = 256 * 1024;
const MAX_FIELD_MANAGER_BYTES = 128;
const MAX_SUBRESOURCE_BYTES = 256;

type MetaRules = Pick<ResourceDefinition, 'scope' | 'nameProblems' | 'anyFinalizers'>;

/** Rules every object's metadata keeps, its name already generated; apimachinery's ValidateObjectMeta. */
export function validateMetadata(
  { scope, nameProblems = subdomainProblems, anyFinalizers }: MetaRules,
  metadata: ObjectMeta,
): readonly FieldError[] {
  const { name, generateName, namespace, generation } = metadata as Partial<ObjectMeta>;
  const errors: FieldError[] = [];
  if (generateName !== undefined && generateName !== '') {
    for (const problem of nameProblems(maskTrailingDash(generateName))) {
      errors.push(invalid('metadata.generateName', generateName, problem));
    }
  }
  if (name === undefined || name === '') errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...nameProblems(name).map(problem => invalid('metadata.name', name, problem)));
  errors.push(...validateNamespace(namespace ?? '', scope));
  if ((generation ?? 0) < 0) {
    errors.push(invalid('metadata.generation', generation, 'must be greater than or equal to 0'));
  }
  errors.push(...validateLabels(metadata.labels, 'metadata.labels'));
  errors.push(...validateAnnotations(metadata.annotations, 'metadata.annotations'));
  errors.push(...validateOwnerReferences(metadata.ownerReferences ?? []));
  errors.push(...validateFinalizers(metadata.finalizers ?? []));
  errors.push(...validateManagedFields(metadata.managedFields ?? []));
  if (anyFinalizers !== true) errors.push(...validateFinalizerNames(metadata.finalizers ?? []));
  return errors;
}

/** What follows a prefix is no dash. */
const maskTrailingDash = (prefix: string): string =>
  prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;

/** What an update may not do to metadata; apimachinery's ValidateObjectMetaUpdate. */
export function validateMetadataUpdate(metadata: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (metadata.finalizers ?? []).filter(name => !(old.finalizers ?? []).includes(name)).sort();
    if (added.length > 0) errors.push(forbidden('metadata.finalizers', noNewFinalizers(added)));
  }
  if ((metadata.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid('metadata.generation', metadata.generation ?? 0, 'must not be decremented'));
  }
  for (const field of FIXED) {
    if (!isDeepEqual(metadata[field] ?? null, old[field] ?? null)) {
      errors.push(invalid(`metadata.${field}`, metadata[field] ?? null, 'field is immutable'));
    }
  }
  return errors;
}

/**
 * What a client says of metadata that nobody changes; where it says nothing, what is there stays. Each is told twice,
 * as upstream judges metadata by itself and again with the rest of the object.
 */
export function givenMetadataErrors(given: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  const fields = old.deletionTimestamp === undefined ? GIVEN : (['uid'] as const);
  return fields.flatMap(field => {
    const value = given[field];
    if (value === undefined || value === null || value === '' || value === old[field]) return [];
    const error = invalid(`metadata.${field}`, value, 'field is immutable');
    return [error, error];
  });
}
const GIVEN = ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

const FIXED = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

const noNewFinalizers = (added: readonly string[]): string =>
  `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added
    .map(name => JSON.stringify(name))
    .join(', ')}}`;

function validateNamespace(namespace: string, scope: MetaRules['scope']): readonly FieldError[] {
  const field = 'metadata.namespace';
  if (scope === 'Cluster') return namespace === '' ? [] : [forbidden(field, 'not allowed on this type')];
  if (namespace === '') return [required(field)];
  return dnsLabelProblems(namespace).map(problem => invalid(field, namespace, problem));
}

type Strings = Readonly<Record<string, string>>;

export function validateLabels(labels: Strings = {}, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(labels)) {
    const value = labels[key] ?? '';
    for (const problem of qualifiedNameProblems(key)) {
      errors.push(invalid(field, key, problem.replace('a qualified name', 'a valid label key')));
    }
    for (const problem of labelValueProblems(value)) errors.push(invalid(field, value, problem));
    if (errors.length >= MAX_CAUSES) break;
  }
  return errors;
}

export function validateAnnotations(annotations: Strings = {}, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(annotations)) {
    for (const problem of qualifiedNameProblems(key.toLowerCase())) errors.push(invalid(field, key, problem));
    if (errors.length >= MAX_CAUSES) break;
  }
  if (annotationsBytes(annotations) > MAX_ANNOTATIONS_BYTES) errors.push(tooLong(field, MAX_ANNOTATIONS_BYTES));
  return errors;
}

export function annotationsBytes(annotations: Strings): number {
  let bytes = 0;
  for (const key of Object.keys(annotations))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? '');
  return bytes;
}

function validateOwnerReferences(references: readonly OwnerReference[]): readonly FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const reference of references) {
    const { apiVersion, kind, name, uid } = reference;
    if (apiVersion.split('/').at(-1) === '') {
      errors.push(invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty'));
    }
    for (const [key, value] of Object.entries({ kind, name, uid })) {
      if (value === '') errors.push(invalid(`${field}.${key}`, value, 'must not be empty'));
    }
    if (apiVersion === 'v1' && kind === 'Event') {
      errors.push(invalid(field, reference, '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (reference.controller !== true) continue;
    if (controller === undefined) controller = `${kind}/${name}`;
    else errors.push(invalid(field, references, onlyOneController(controller, `${kind}/${name}`)));
  }
  return errors;
}

const onlyOneController = (first: string, second: string): string =>
  `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;

function validateFinalizers(finalizers: readonly string[]): readonly FieldError[] {
  const field = 'metadata.finalizers';
  const errors: FieldError[] = [];
  for (const name of finalizers) {
    for (const problem of qualifiedNameProblems(name)) errors.push(invalid(field, name, problem));
    if (errors.length >= MAX_CAUSES) break;
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(field, finalizers, 'finalizer foregroundDeletion and orphan cannot be both set'));
  }
  return errors;
}

/** Whether it says whose it is, or need not. */
export const isStandardFinalizer = (name: string): boolean => name.includes('/') || STANDARD_FINALIZERS.has(name);

/** Finalizers that need no domain; pkg/apis/core/helper. */
const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

const validateFinalizerNames = (finalizers: readonly string[]): readonly FieldError[] =>
  finalizers.flatMap((name, index) => standardErrors(name, `metadata.finalizers[${index}]`));

const standardErrors = (name: string, field: string): readonly FieldError[] =>
  isStandardFinalizer(name)
    ? []
    : [invalid(field, name, 'name is neither a standard finalizer name nor is it fully qualified')];

/** What is wrong with a finalizer that a kind has of its own; core validation's validateFinalizerName. */
export const finalizerErrors = (name: string, field: string): readonly FieldError[] => [
  ...qualifiedNameProblems(name).map(problem => invalid(field, name, problem)),
  ...standardErrors(name, field),
];

function validateManagedFields(entries: readonly ManagedFieldsEntry[]): readonly FieldError[] {
  return entries.flatMap((entry, index) => {
    const field = `metadata.managedFields[${index}]`;
    const { operation, fieldsType = '' }: { operation?: string; fieldsType?: string } = entry;
    const errors = validateFieldManager(entry.manager ?? '', `${field}.manager`);
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.unshift(invalid(`${field}.operation`, operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      errors.push(invalid(`${field}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    }
    if (Buffer.byteLength(entry.subresource ?? '') > MAX_SUBRESOURCE_BYTES) {
      errors.push(tooLong(`${field}.subresource`, MAX_SUBRESOURCE_BYTES));
    }
    return errors;
  });
}

/** What Go's `unicode.IsPrint` refuses. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** Also of the `fieldManager` parameter. */
export function validateFieldManager(manager: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > MAX_FIELD_MANAGER_BYTES) errors.push(tooLong(field, MAX_FIELD_MANAGER_BYTES));
  for (const { 0: character, index } of manager.slice(0, MAX_FIELD_MANAGER_BYTES).matchAll(UNPRINTABLE)) {
    const code = must(character.codePointAt(0), 'a match is not empty').toString(16).toUpperCase().padStart(4, '0');
    const position = Buffer.byteLength(manager.slice(0, index));
    errors.push(invalid(field, manager, `invalid character U+${code} (at position ${position})`));
  }
  return errors;
}

/** Metadata that only the server writes, taken over from `old` whatever a client sent. */
export function keepServerMetadata(next: AnyObject, old: AnyObject): ObjectMeta {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation } = old.metadata;
  const { namespace, name } = old.metadata;
  const {
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    ...given
  } = next.metadata;
  return {
    ...given,
    name: given.name ?? name,
    // Of old protobuf messages an empty string is what was not said.
    ...(namespace === undefined ? {} : { namespace: given.namespace || namespace }),
    uid,
    creationTimestamp,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
}
