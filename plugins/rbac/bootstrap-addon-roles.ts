import type { BootstrapRole } from './bootstrap-role.ts';
import { resourceRule as rule } from './policy-rule.ts';

const READ = 'get list watch';
const EVENTS = rule('create patch update', ['', 'events.k8s.io'], 'events');

/** Roles that no part here needs, for those of others that are bound to them by name: upstream has them from the start. */
export const BOOTSTRAP_ADDON_ROLES: readonly BootstrapRole[] = [
  {
    name: 'system:persistent-volume-provisioner',
    rules: [
      rule(`create delete ${READ}`, [''], 'persistentvolumes'),
      rule('get list update watch', [''], 'persistentvolumeclaims'),
      rule(READ, ['storage.k8s.io'], 'storageclasses'),
      rule('watch', [''], 'events'),
      EVENTS,
    ],
  },
  {
    name: 'system:node-problem-detector',
    rules: [rule('get', [''], 'nodes'), rule('patch', [''], 'nodes/status'), EVENTS],
  },
  {
    name: 'system:volume-scheduler',
    rules: [
      rule('get list patch update watch', [''], 'persistentvolumes persistentvolumeclaims'),
      rule(READ, ['storage.k8s.io'], 'storageclasses'),
    ],
    boundTo: [{ kind: 'User', name: 'system:kube-scheduler' }],
  },
  { name: 'system:kube-aggregator', rules: [rule(READ, [''], 'endpoints services')] },
  {
    name: 'system:kube-dns',
    rules: [rule('list watch', [''], 'endpoints services')],
    boundTo: [{ kind: 'ServiceAccount', name: 'kube-dns', namespace: 'kube-system' }],
  },
  {
    name: 'system:heapster',
    rules: [rule(READ, [''], 'events namespaces nodes pods'), rule(READ, ['extensions'], 'deployments')],
  },
];
