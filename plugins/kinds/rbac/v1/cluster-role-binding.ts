import { validateBinding, validateBindingUpdate } from './validate-binding.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { bindingColumns } from './binding-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { roleRef, subject } from './role-ref.ts';
import { list } from '../../../../src/schema/schema.ts';
import { mapShared } from '../../../../src/base/map-shared.ts';
import { defaultSubject } from './default-subject.ts';

export const ClusterRoleBinding = defineResource({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  scope: 'Cluster',
  createdByPut: true,
  doc: 'Gives the rules of a cluster role to subjects everywhere.',
  openapiName: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  fields: {
    subjects: list(subject).omitEmpty().doc('Whom the role is given to.').at(2),
    roleRef: roleRef.zero().doc('The role.').at(3),
  },
  columns: bindingColumns,
  nameProblems: pathSegmentProblems,
  defaults: binding => {
    const subjects = mapShared(binding.subjects ?? [], defaultSubject);
    return subjects === (binding.subjects ?? subjects) ? binding : { ...binding, subjects };
  },
  validate: binding => placed('', validateBinding(binding, ['ClusterRole'], false)),
  validateUpdate: validateBindingUpdate,
});
export type ClusterRoleBinding = ObjectOf<typeof ClusterRoleBinding>;
