import { resourceRule as rule, type PolicyRule } from './policy-rule.ts';

const READ = 'get list watch';
const WRITE = 'create delete deletecollection patch update';

/** What `view` may read: nothing secret, and no roles. */
export const VIEW_RULES: readonly PolicyRule[] = [
  rule(
    READ,
    [''],
    'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
  ),
  rule(
    READ,
    [''],
    'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
  ),
  rule(READ, [''], 'namespaces'),
  rule(READ, ['discovery.k8s.io'], 'endpointslices'),
  rule(
    READ,
    ['apps'],
    'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
  ),
  rule(READ, ['autoscaling'], 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule(READ, ['batch'], 'cronjobs cronjobs/status jobs jobs/status'),
  rule(READ, ['policy'], 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule(READ, ['networking.k8s.io'], 'ingresses ingresses/status networkpolicies'),
  rule(READ, ['events.k8s.io'], 'events'),
  rule(READ, ['resource.k8s.io'], 'resourceclaims resourceclaims/status resourceclaimtemplates'),
];

/** What `edit` may do besides. */
export const EDIT_RULES: readonly PolicyRule[] = [
  rule(READ, [''], 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
  rule('impersonate', [''], 'serviceaccounts'),
  rule(WRITE, [''], 'pods pods/attach pods/exec pods/portforward pods/proxy'),
  rule('create', [''], 'pods/eviction'),
  rule(
    WRITE,
    [''],
    'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
  ),
  rule('create', [''], 'serviceaccounts/token'),
  rule(
    WRITE,
    ['apps'],
    'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
  ),
  rule(WRITE, ['autoscaling'], 'horizontalpodautoscalers'),
  rule(WRITE, ['batch'], 'cronjobs jobs'),
  rule(WRITE, ['policy'], 'poddisruptionbudgets'),
  rule(WRITE, ['networking.k8s.io'], 'ingresses networkpolicies'),
  rule(WRITE, ['events.k8s.io'], 'events'),
  rule(WRITE, ['resource.k8s.io'], 'resourceclaims resourceclaimtemplates'),
  rule('create delete deletecollection get list patch update watch', ['coordination.k8s.io'], 'leases'),
];

/** What `admin` of a namespace may do besides. */
export const ADMIN_RULES: readonly PolicyRule[] = [
  rule('create', ['authorization.k8s.io'], 'localsubjectaccessreviews'),
  rule(`${READ} ${WRITE}`, ['rbac.authorization.k8s.io'], 'rolebindings roles'),
];
