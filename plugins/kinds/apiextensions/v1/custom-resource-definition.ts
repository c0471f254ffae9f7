import { createdAtColumn, nameColumn } from '../../../../src/api/columns.ts';
import type { FieldError } from '../../../../src/api/field-error.ts';
import { timeOf } from '../../../../src/base/timestamp.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import {
  customResourceDefinitionSpec,
  customResourceDefinitionStatus,
  type CustomResourceDefinitionSpec,
  type CustomResourceDefinitionStatus,
} from './custom-resource-definition-spec.ts';
import { CLEANUP_FINALIZER, withCondition } from './definition-condition.ts';
import {
  nameProblemsOf,
  validateDefinition,
  validateDefinitionStatus,
  validateDefinitionUpdate,
} from './validate-custom-resource-definition.ts';
import { unknownFormats } from './unknown-formats.ts';

export const CustomResourceDefinition = defineResource({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'A kind of objects that is to be served besides those that are built in.',
  openapiName: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  fields: {
    spec: customResourceDefinitionSpec.zero().doc('What is to be served.').at(2),
    status: customResourceDefinitionStatus.present().doc('What is.').at(3),
  },
  status: true,
  putByRevision: true,
  anyFinalizers: true,
  columns: [nameColumn, createdAtColumn],
  defaults: definition => {
    const spec = withDefaults(definition.spec);
    const status = withStoredVersion(definition.status, spec);
    return spec === definition.spec && status === definition.status ? definition : { ...definition, spec, status };
  },
  beginDeletion: (definition, { nowMs }) => {
    const { finalizers = [] } = definition.metadata;
    return {
      ...definition,
      metadata: {
        ...definition.metadata,
        deletionTimestamp: timeOf(nowMs),
        finalizers: [...new Set([...finalizers, CLEANUP_FINALIZER])],
      },
      status: withCondition(definition.status, DELETION_PENDING, nowMs),
    };
  },
  prepareForUpdate: (definition, old) => {
    const status = withStoredVersion(old.status, definition.spec);
    return { ...definition, status };
  },
  validate: (definition, old): readonly FieldError[] => [
    ...nameProblemsOf(definition),
    ...validateDefinition(definition, old),
    ...validateDefinitionStatus(definition),
  ],
  validateUpdate: validateDefinitionUpdate,
  warnings: ({ spec }, old) => {
    const known = new Set(old === undefined ? [] : unknownFormats(old.spec));
    const formats = unknownFormats(spec).filter(format => !known.has(format));
    return formats.map(format => `unrecognized format ${JSON.stringify(format)}`);
  },
});
export type CustomResourceDefinition = ObjectOf<typeof CustomResourceDefinition>;

const DELETION_PENDING = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
} as const;

function withDefaults(spec: CustomResourceDefinitionSpec): CustomResourceDefinitionSpec {
  const { names, conversion } = spec;
  const { kind, singular = '', listKind = '' } = names;
  if (singular !== '' && listKind !== '' && conversion !== undefined) return spec;
  return {
    ...spec,
    names: {
      ...names,
      ...(singular === '' && kind !== '' ? { singular: kind.toLowerCase() } : {}),
      ...(listKind === '' && kind !== '' ? { listKind: `${kind}List` } : {}),
    },
    conversion: conversion ?? { strategy: 'None' },
  };
}

/** Objects are stored in the storage version from now on; what others are stored in stays told. */
function withStoredVersion(
  status: CustomResourceDefinitionStatus,
  { versions }: CustomResourceDefinitionSpec,
): CustomResourceDefinitionStatus {
  const stored = versions.find(({ storage }) => storage)?.name;
  const before = status.storedVersions ?? [];
  return stored === undefined || before.includes(stored) ? status : { ...status, storedVersions: [...before, stored] };
}
