import { isDeepEqual } from '../base/deep-equal.ts';
import { labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../base/qualified-name.ts';
import { forbidden, invalid, required, type FieldError } from './field-error.ts';
import type { AnyObject, ObjectMeta, OwnerReference } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';

/** Rules every object's metadata keeps; apimachinery's ValidateObjectMeta. */
export function validateMetadata(
  { scope, nameProblems = subdomainProblems }: Pick<ResourceDefinition, 'scope' | 'nameProblems'>,
  metadata: ObjectMeta,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } = metadata;
  if (generateName !== undefined) {
    const stem = generateName.endsWith('-') ? `${generateName.slice(0, -1)}a` : generateName;
    for (const problem of nameProblems(stem)) errors.push(invalid('metadata.generateName', generateName, problem));
  }
  if (name === undefined || name === '') errors.push(required('metadata.name', 'name or generateName is required'));
  else for (const problem of nameProblems(name)) errors.push(invalid('metadata.name', name, problem));
  if (scope === 'Namespaced' && (namespace ?? '') === '') errors.push(required('metadata.namespace'));
  if (scope === 'Cluster' && (namespace ?? '') !== '') {
    errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  }
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const problem of qualifiedNameProblems(key)) errors.push(invalid('metadata.labels', key, problem));
    for (const problem of labelValueProblems(value)) errors.push(invalid('metadata.labels', value, problem));
  }
  errors.push(...annotationErrors(annotations ?? {}), ...ownerErrors(ownerReferences ?? []));
  for (const finalizer of finalizers ?? []) {
    for (const problem of qualifiedNameProblems(finalizer)) {
      errors.push(invalid('metadata.finalizers', finalizer, problem));
    }
  }
  return errors;
}

/** What an update may not do to metadata; apimachinery's ValidateObjectMetaUpdate. */
export function validateMetadataUpdate(next: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter(finalizer => !(old.finalizers ?? []).includes(finalizer));
    if (added.length > 0) {
      const list = `[]string{${added.map(finalizer => JSON.stringify(finalizer)).join(', ')}}`;
      errors.push(
        forbidden(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      );
    }
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp'] as const) {
    if (!isDeepEqual(next[field], old[field])) {
      errors.push(invalid(`metadata.${field}`, next[field], 'field is immutable'));
    }
  }
  return errors;
}

/** Bytes of all annotation keys and values; apimachinery's TotalAnnotationSizeLimitB. */
const ANNOTATION_BYTES = 256 * 1024;

function annotationErrors(annotations: Readonly<Record<string, string>>): readonly FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    for (const problem of qualifiedNameProblems(key.toLowerCase())) {
      errors.push(invalid('metadata.annotations', key, problem));
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > ANNOTATION_BYTES) {
    errors.push({
      type: 'FieldValueTooLong',
      field: 'metadata.annotations',
      detail: `may not be more than ${ANNOTATION_BYTES} bytes`,
    });
  }
  return errors;
}

function ownerErrors(owners: readonly OwnerReference[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, owner] of owners.entries()) {
    const field = `metadata.ownerReferences[${index}]`;
    for (const name of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (owner[name] === '') errors.push(invalid(`${field}.${name}`, '', 'must not be empty'));
    }
  }
  const controllers = owners.filter(({ controller }) => controller === true);
  if (controllers.length > 1) {
    errors.push(
      invalid(
        'metadata.ownerReferences',
        owners,
        'Only one reference can have Controller set to true. Found "true" in references for ' +
          `${controllers[0]?.name} and ${controllers[1]?.name}`,
      ),
    );
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
    ...(namespace === undefined ? {} : { namespace: given.namespace ?? namespace }),
    uid,
    creationTimestamp,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
}
