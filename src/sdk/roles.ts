import type { Permission } from '../api/resource.ts';
import type { UserInfo } from '../api/user-info.ts';
import { contributionPoint } from '../kernel/plugin.ts';
import type { Controller } from './controller.ts';

/** A ClusterRole and whom it is bound to, for the cluster's own programs. */
export interface ComponentRole {
  /** Of the ClusterRole and its binding. */
  readonly name: string;
  readonly rules: readonly Permission[];
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
}

/** Roles of programs that are more than one controller; made at start like those of controllers. */
export const componentRoles = contributionPoint<ComponentRole>('sdk.component-roles');

/** The rights of each controller, from what it declares: nothing else is granted to it. */
export const rolesOf = (controllers: readonly Controller[]): readonly ComponentRole[] => controllers.map(roleOf);

export const CONTROLLER_NAMESPACE = 'kube-system';

/** The user a controller's client acts as. */
export const controllerUser = (name: string): UserInfo => ({
  name: `system:serviceaccount:${CONTROLLER_NAMESPACE}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${CONTROLLER_NAMESPACE}`, 'system:authenticated'],
});

/** What every event recorder needs. */
export const WRITES_EVENTS: Permission = {
  apiGroups: ['', 'events.k8s.io'],
  resources: ['events'],
  verbs: ['create', 'patch', 'update'],
};

function roleOf({ name, primary, owned = {}, reads = [], writes, adopts }: Controller): ComponentRole {
  const read = [primary, ...Object.values(owned), ...reads.map(({ resource }) => resource)];
  const rules = [
    ...[...new Set(read)].map(resource => resource.can('get', 'list', 'watch')),
    ...(adopts === undefined ? [] : Object.values(owned).map(resource => resource.can('patch'))),
    ...writes,
    WRITES_EVENTS,
  ];
  return {
    name: `system:controller:${name}`,
    rules,
    serviceAccount: { namespace: CONTROLLER_NAMESPACE, name },
  };
}
