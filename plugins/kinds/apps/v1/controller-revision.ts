import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { rawExtension } from '../../../../src/api/raw-extension.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { jsonKind } from '../../../../src/base/json-kind.ts';
import { int64 } from '../../../../src/schema/schema.ts';

export const ControllerRevision = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  scope: 'Namespaced',
  doc: 'What a daemon set or stateful set once was, to go back to.',
  openapiName: 'io.k8s.api.apps.v1.ControllerRevision',
  fields: {
    data: rawExtension.optional().doc('A patch that makes the owner what it was.').at(2),
    revision: int64().min(0).zero().doc('Its place among the revisions of its owner.').at(3),
  },
  columns: [
    nameColumn,
    text('Controller', 'Whose revision it is.', ownerOf),
    text('Revision', 'Its place among the revisions of its owner.', ({ revision }: Parts) => revision),
    ageColumn,
  ],
  validateCreate: ({ data }) => dataErrors(data),
  validateUpdate: (next, old) =>
    isDeepEqual(next.data, old.data) ? [] : [invalid('data', next.data, 'field is immutable')],
});
export type ControllerRevision = ObjectOf<typeof ControllerRevision>;

/** What columns are computed from. */
interface Parts extends AnyObject {
  readonly revision: number;
}

function ownerOf({ metadata }: Parts): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/', 1)[0] ?? ''}` : '';
  return `${`${owner.kind}${group}`.toLowerCase()}/${owner.name}`;
}

function dataErrors(data: unknown): readonly FieldError[] {
  if (data === undefined || data === null) return [required('data', 'data is mandatory')];
  return jsonKind(data) === 'object' ? [] : [required('data', 'data must be a valid JSON object')];
}
