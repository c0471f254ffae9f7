import { list } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { listAt, textAt, withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { changeObjects, SET_FLAGS } from './change-objects.ts';

const API_GROUP = 'rbac.authorization.k8s.io';

export const setSubjectVerb: Verb = {
  usage:
    '(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]',
  about: 'Update the user, group, or service account in a role binding or cluster role binding.',
  flags: [
    ...SET_FLAGS,
    list('group', 'Groups to bind.'),
    list('serviceaccount', 'Service accounts to bind.'),
    list('user', 'Users to bind.'),
  ],
  run: setSubject,
};

async function setSubject(call: Call): Promise<void> {
  const { flags, args } = call;
  const namespace = await call.cluster.namespace();
  const subjects = [
    ...flags.list('user').map(name => ({ apiGroup: API_GROUP, kind: 'User', name })),
    ...flags.list('group').map(name => ({ apiGroup: API_GROUP, kind: 'Group', name })),
    ...flags.list('serviceaccount').map(text => {
      const [first = '', second] = text.split(':');
      return second === undefined
        ? { kind: 'ServiceAccount', name: first, namespace }
        : { kind: 'ServiceAccount', name: second, namespace: first };
    }),
  ];
  if (subjects.length === 0) throw new Failure('you must specify at least one value of user, group or serviceaccount');
  const key = (subject: unknown): string =>
    ['kind', 'namespace', 'name'].map(field => textAt(subject, field)).join('/');
  await changeObjects(call, {
    args,
    operation: 'subjects updated',
    change({ object }) {
      if (!['RoleBinding', 'ClusterRoleBinding'].includes(object.kind))
        throw new Failure('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
      const old = listAt(object, 'subjects');
      const there = new Set(old.map(key));
      return withField(object, ['subjects'], [...old, ...subjects.filter(each => !there.has(key(each)))]) as KubeObject;
    },
  });
}
