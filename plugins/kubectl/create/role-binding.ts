import { list, text, type FlagSpec } from '../command/flag.ts';
import type { Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { generatorVerb, newMetadata } from './generator.ts';

const SUBJECTS: readonly FlagSpec[] = [
  list('user', 'Users to bind.'),
  list('group', 'Groups to bind.'),
  list('serviceaccount', 'Service accounts to bind, as <namespace>:<name>.'),
];
const API_GROUP = 'rbac.authorization.k8s.io';

export const roleBindingVerb = generatorVerb({
  usage: 'NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:name]',
  about: 'Create a role binding for a particular role or cluster role.',
  flags: [...SUBJECTS, text('clusterrole', 'The cluster role.'), text('role', 'The role.')],
  namespaced: true,
  failed: 'failed to create rolebinding',
  build(call, name) {
    const [role, clusterRole] = [call.flags.text('role'), call.flags.text('clusterrole')];
    if ((role === '') === (clusterRole === ''))
      throw new Failure('exactly one of clusterrole or role must be specified');
    const roleRef =
      role === ''
        ? { apiGroup: API_GROUP, kind: 'ClusterRole', name: clusterRole }
        : { apiGroup: API_GROUP, kind: 'Role', name: role };
    return {
      apiVersion: `${API_GROUP}/v1`,
      kind: 'RoleBinding',
      metadata: newMetadata(name),
      roleRef,
      ...subjectsOf(call),
    };
  },
});

export const clusterRoleBindingVerb = generatorVerb({
  usage:
    'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]',
  about: 'Create a cluster role binding for a particular cluster role.',
  flags: [...SUBJECTS, text('clusterrole', 'The cluster role.', { required: true })],
  namespaced: false,
  failed: 'failed to create clusterrolebinding',
  build(call, name) {
    const clusterRole = call.flags.text('clusterrole');
    const roleRef = { apiGroup: API_GROUP, kind: 'ClusterRole', name: clusterRole };
    return {
      apiVersion: `${API_GROUP}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: newMetadata(name),
      roleRef,
      ...subjectsOf(call),
    };
  },
});

function subjectsOf({ flags }: Call): Readonly<Record<string, unknown>> {
  const subjects = [
    ...flags.list('user').map(name => ({ apiGroup: API_GROUP, kind: 'User', name })),
    ...flags.list('group').map(name => ({ apiGroup: API_GROUP, kind: 'Group', name })),
    ...flags.list('serviceaccount').map(text => {
      const [namespace = '', name = '', ...more] = text.split(':');
      if (name === '' || namespace === '' || more.length > 0) {
        throw new Failure(`serviceaccount must be <namespace>:<name>`);
      }
      return { kind: 'ServiceAccount', name, namespace };
    }),
  ];
  return subjects.length > 0 ? { subjects } : {};
}
