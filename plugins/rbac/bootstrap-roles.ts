import { SUPERUSERS } from '../../src/api/user-info.ts';
import { BOOTSTRAP_ADDON_ROLES } from './bootstrap-addon-roles.ts';
import { BOOTSTRAP_CERTIFICATE_ROLES } from './bootstrap-certificate-roles.ts';
import { ADMIN_RULES, EDIT_RULES, VIEW_RULES } from './bootstrap-user-rules.ts';
import type { BootstrapRole, BootstrapSubject } from './bootstrap-role.ts';
import { resourceRule as rule, type PolicyRule } from './policy-rule.ts';

const group = (name: string): BootstrapSubject => ({ kind: 'Group', name });
const user = (name: string): BootstrapSubject => ({ kind: 'User', name });
const urls = (...nonResourceURLs: readonly string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-';
const READ = 'get list watch';
const EVENTS = rule('create patch update', ['', 'events.k8s.io'], 'events');
const HEALTH = ['/healthz', '/livez', '/readyz', '/version', '/version/'] as const;

/** The roles of upstream's plugin/pkg/auth/authorizer/rbac/bootstrappolicy that the parts here need. */
export const BOOTSTRAP_ROLES: readonly BootstrapRole[] = [
  ...BOOTSTRAP_CERTIFICATE_ROLES,
  ...BOOTSTRAP_ADDON_ROLES,
  {
    name: 'cluster-admin',
    rules: [rule('*', ['*'], '*'), { verbs: ['*'], nonResourceURLs: ['*'] }],
    boundTo: [group(SUPERUSERS)],
  },
  {
    name: 'system:discovery',
    rules: [
      urls(
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ),
    ],
    boundTo: [group('system:authenticated')],
  },
  {
    name: 'system:basic-user',
    rules: [
      rule('create', ['authorization.k8s.io'], 'selfsubjectaccessreviews selfsubjectrulesreviews'),
      rule('create', ['authentication.k8s.io'], 'selfsubjectreviews'),
    ],
    boundTo: [group('system:authenticated')],
  },
  {
    name: 'system:public-info-viewer',
    rules: [urls(...HEALTH)],
    boundTo: [group('system:authenticated'), group('system:unauthenticated')],
  },
  {
    name: 'tiphys:ca-viewer',
    rules: [urls('/cacerts')],
    boundTo: [group('system:authenticated'), group('system:unauthenticated')],
  },
  {
    name: 'system:service-account-issuer-discovery',
    rules: [
      urls(
        '/.well-known/openid-configuration',
        '/.well-known/openid-configuration/',
        '/openid/v1/jwks',
        '/openid/v1/jwks/',
      ),
    ],
    boundTo: [group('system:serviceaccounts')],
  },
  {
    name: 'system:monitoring',
    rules: [
      urls(
        '/flagz',
        '/healthz',
        '/healthz/*',
        '/livez',
        '/livez/*',
        '/metrics',
        '/metrics/slis',
        '/readyz',
        '/readyz/*',
        '/statusz',
      ),
      rule('get', [''], 'nodes/metrics'),
    ],
    boundTo: [group('system:monitoring')],
  },
  {
    name: 'system:auth-delegator',
    rules: [
      rule('create', ['authentication.k8s.io'], 'tokenreviews'),
      rule('create', ['authorization.k8s.io'], 'subjectaccessreviews'),
    ],
  },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      rule('get list watch', [''], 'nodes'),
      rule('proxy', [''], 'nodes'),
      rule('*', [''], 'nodes/proxy nodes/log nodes/stats nodes/metrics nodes/healthz nodes/pods nodes/configz'),
    ],
    boundTo: [user('kube-apiserver-kubelet-client')],
  },
  {
    name: 'admin',
    rules: [...ADMIN_RULES, ...EDIT_RULES, ...VIEW_RULES],
    aggregates: `${AGGREGATE}admin`,
  },
  {
    name: 'edit',
    rules: [...EDIT_RULES, ...VIEW_RULES],
    aggregates: `${AGGREGATE}edit`,
    labels: { [`${AGGREGATE}admin`]: 'true' },
  },
  { name: 'view', rules: VIEW_RULES, aggregates: `${AGGREGATE}view`, labels: { [`${AGGREGATE}edit`]: 'true' } },
  { name: 'system:aggregate-to-admin', rules: ADMIN_RULES, labels: { [`${AGGREGATE}admin`]: 'true' } },
  { name: 'system:aggregate-to-edit', rules: EDIT_RULES, labels: { [`${AGGREGATE}edit`]: 'true' } },
  { name: 'system:aggregate-to-view', rules: VIEW_RULES, labels: { [`${AGGREGATE}view`]: 'true' } },
  // As metrics-server brings it: whoever may see pods may see what they use.
  {
    name: 'system:aggregated-metrics-reader',
    rules: [rule(READ, ['metrics.k8s.io'], 'pods nodes')],
    labels: { [`${AGGREGATE}view`]: 'true', [`${AGGREGATE}edit`]: 'true', [`${AGGREGATE}admin`]: 'true' },
  },
  {
    name: 'system:kube-scheduler',
    rules: [
      EVENTS,
      rule(
        READ,
        [''],
        'nodes pods namespaces services replicationcontrollers persistentvolumeclaims persistentvolumes',
      ),
      rule('patch update', [''], 'persistentvolumeclaims persistentvolumes'),
      rule('create delete', [''], 'pods bindings pods/binding'),
      rule('patch update', [''], 'pods/status'),
      rule(READ, ['apps'], 'replicasets statefulsets'),
      rule(READ, ['policy'], 'poddisruptionbudgets'),
      rule(READ, ['storage.k8s.io'], 'csinodes csidrivers csistoragecapacities storageclasses volumeattachments'),
      rule(READ, ['resource.k8s.io'], 'deviceclasses resourceslices'),
      rule('get list patch update watch', ['resource.k8s.io'], 'resourceclaims resourceclaims/status'),
      rule('create delete', ['resource.k8s.io'], 'resourceclaims'),
      rule('patch update', ['resource.k8s.io'], 'resourceclaims/binding'),
      // What was told of devices goes when they are given back.
      rule('arbitrary-node:patch arbitrary-node:update', ['resource.k8s.io'], 'resourceclaims/driver'),
      rule('create get update', ['coordination.k8s.io'], 'leases'),
      rule('create', ['authentication.k8s.io'], 'tokenreviews'),
      rule('create', ['authorization.k8s.io'], 'subjectaccessreviews'),
    ],
    boundTo: [user('system:kube-scheduler')],
  },
  // Upstream's name for what the node authorizer allows each node within its bounds; bound to nobody.
  {
    name: 'system:node',
    rules: [
      rule('create', ['authentication.k8s.io'], 'tokenreviews'),
      rule('create', ['authorization.k8s.io'], 'localsubjectaccessreviews subjectaccessreviews'),
      rule(READ, [''], 'services'),
      rule('create get list watch update patch', [''], 'nodes'),
      rule('update patch', [''], 'nodes/status'),
      EVENTS,
      rule(READ, [''], 'pods'),
      rule('create delete', [''], 'pods'),
      rule('update patch', [''], 'pods/status'),
      rule('create', [''], 'pods/eviction'),
      rule(READ, [''], 'configmaps secrets'),
      rule('create', [''], 'serviceaccounts/token'),
      rule('get', [''], 'persistentvolumeclaims persistentvolumes endpoints'),
      rule('create get update patch delete', ['coordination.k8s.io'], 'leases'),
      rule(READ, ['node.k8s.io'], 'runtimeclasses'),
      rule('create get list watch', ['certificates.k8s.io'], 'certificatesigningrequests'),
    ],
    boundTo: [],
  },
  {
    name: 'system:node-proxier',
    rules: [
      rule('list watch', [''], 'services endpoints'),
      rule(READ, [''], 'nodes'),
      EVENTS,
      rule('list watch', ['discovery.k8s.io'], 'endpointslices'),
      rule('list watch', ['networking.k8s.io'], 'servicecidrs'),
    ],
    // A node here does its own proxying, and answers its pods' questions for names.
    boundTo: [user('system:kube-proxy'), group('system:nodes')],
  },
  {
    name: 'tiphys:node-dns',
    rules: [rule('list watch', [''], 'namespaces')],
    boundTo: [group('system:nodes')],
  },
  {
    name: 'tiphys:node-network-policies',
    rules: [rule('list watch', ['networking.k8s.io'], 'networkpolicies')],
    boundTo: [group('system:nodes')],
  },
  {
    name: 'system:coredns',
    rules: [
      rule('list watch', [''], 'services pods namespaces'),
      rule('list watch', ['discovery.k8s.io'], 'endpointslices'),
    ],
    boundTo: [user('system:coredns')],
  },
  {
    name: 'system:kube-controller-manager',
    rules: [
      EVENTS,
      rule('create get update', ['coordination.k8s.io'], 'leases'),
      rule('create delete get update', [''], 'secrets serviceaccounts'),
      rule('create', [''], 'serviceaccounts/token'),
      rule('get list watch', ['*'], '*'),
      rule('create', ['authentication.k8s.io'], 'tokenreviews'),
      rule('create', ['authorization.k8s.io'], 'subjectaccessreviews'),
    ],
    boundTo: [user('system:kube-controller-manager')],
  },
];
