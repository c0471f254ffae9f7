import type { InputOf } from '../../src/api/resource.ts';
import type {
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../kinds/flowcontrol/v1/flow-schema-spec.ts';
import type { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';

export type BootstrapSchema = InputOf<typeof FlowSchema> & {
  readonly metadata: { readonly name: string };
  readonly spec: FlowSchemaSpec;
};

const group = (name: string): Subject => ({ kind: 'Group', group: { name } });
const user = (name: string): Subject => ({ kind: 'User', user: { name } });
const KUBE_SYSTEM: Subject = { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } };
const EVERYBODY: readonly Subject[] = [group('system:unauthenticated'), group('system:authenticated')];

const LEASES: ResourcePolicyRule = {
  verbs: ['*'],
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  namespaces: ['*'],
};
const ALL_RESOURCES: ResourcePolicyRule = {
  verbs: ['*'],
  apiGroups: ['*'],
  resources: ['*'],
  clusterScope: true,
  namespaces: ['*'],
};
const ALL_PATHS: NonResourcePolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] };

/** Whatever `subjects` ask for. */
const everythingOf = (...subjects: readonly Subject[]): PolicyRulesWithSubjects => ({
  subjects,
  resourceRules: [ALL_RESOURCES],
  nonResourceRules: [ALL_PATHS],
});

/** Their spec is upstream's again whatever is written over it. */
export const MANDATORY_SCHEMAS: readonly BootstrapSchema[] = [
  schema('exempt', 1, 'exempt', undefined, everythingOf(group('system:masters'))),
  schema('catch-all', 10_000, 'catch-all', 'ByUser', everythingOf(...EVERYBODY)),
];

export const SUGGESTED_SCHEMAS: readonly BootstrapSchema[] = [
  schema('probes', 2, 'exempt', undefined, {
    subjects: EVERYBODY,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema('system-leader-election', 100, 'leader-election', 'ByUser', {
    subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), KUBE_SYSTEM],
    resourceRules: [{ ...LEASES, verbs: ['get', 'create', 'update'] }],
  }),
  schema('system-node-high', 400, 'node-high', 'ByUser', {
    subjects: [group('system:nodes')],
    resourceRules: [{ ...ALL_RESOURCES, apiGroups: [''], resources: ['nodes', 'nodes/status'] }, LEASES],
  }),
  schema('system-nodes', 500, 'system', 'ByUser', everythingOf(group('system:nodes'))),
  schema(
    'kube-controller-manager',
    800,
    'workload-high',
    'ByNamespace',
    everythingOf(user('system:kube-controller-manager')),
  ),
  schema('kube-scheduler', 800, 'workload-high', 'ByNamespace', everythingOf(user('system:kube-scheduler'))),
  schema('kube-system-service-accounts', 900, 'workload-high', 'ByNamespace', everythingOf(KUBE_SYSTEM)),
  schema('service-accounts', 9000, 'workload-low', 'ByUser', everythingOf(group('system:serviceaccounts'))),
  schema('global-default', 9900, 'global-default', 'ByUser', everythingOf(...EVERYBODY)),
];

function schema(
  name: string,
  matchingPrecedence: number,
  levelName: string,
  distinguisher: 'ByUser' | 'ByNamespace' | undefined,
  rule: PolicyRulesWithSubjects,
): BootstrapSchema {
  return {
    metadata: { name, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } },
    spec: {
      priorityLevelConfiguration: { name: levelName },
      matchingPrecedence,
      ...(distinguisher === undefined ? {} : { distinguisherMethod: { type: distinguisher } }),
      rules: [rule],
    },
  };
}
