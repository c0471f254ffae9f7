/** What any node may do with kinds that do not depend on what runs there; upstream's bootstrappolicy.NodeRules. */
export interface NodeRule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'] as const;

export const NODE_RULES: readonly NodeRule[] = [
  { groups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  {
    groups: ['authorization.k8s.io'],
    resources: ['subjectaccessreviews', 'localsubjectaccessreviews'],
    verbs: ['create'],
  },
  { groups: [''], resources: ['services'], verbs: READ },
  { groups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
  { groups: [''], resources: ['endpoints'], verbs: ['get'] },
  {
    groups: ['certificates.k8s.io'],
    resources: ['certificatesigningrequests'],
    verbs: ['create', ...READ],
  },
  { groups: ['storage.k8s.io'], resources: ['csidrivers'], verbs: READ },
  { groups: ['node.k8s.io'], resources: ['runtimeclasses'], verbs: READ },
];
