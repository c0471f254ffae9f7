const API = '"apiVersion":"rbac.authorization.k8s.io/v1"';
const role = (rules: string, more = '', metadata = '"name":"r","namespace":"NAMESPACE"'): string =>
  `{${API},"kind":"Role","metadata":{${metadata}${more}},"rules":[${rules}]}`;
const READ = '{"verbs":["get","list"],"apiGroups":[""],"resources":["pods","pods/log"]}';
const SECRETS = '{"verbs":["get"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["a","b"]}';
const ALL_LOGS = '{"verbs":["*"],"apiGroups":["*"],"resources":["*/log","pods"]}';
const binding = (ref: string, ...names: readonly string[]): string => {
  const subjects = names.map(name => `{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"${name}"}`);
  return `{${API},"kind":"RoleBinding","metadata":{"name":"rb","namespace":"NAMESPACE"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"${ref}"},"subjects":[${subjects.join(',')}]}`;
};
const clusterRole = (selectors: string, rules = ''): string =>
  `{${API},"kind":"ClusterRole","metadata":{"name":"cr-NAMESPACE"},"rules":[${rules}]${selectors}}`;
const PATHS = '{"verbs":["get"],"nonResourceURLs":["/x/*","/y"]}';
const selecting = (...labels: readonly string[]): string =>
  `,"aggregationRule":{"clusterRoleSelectors":[${labels.map(label => `{"matchLabels":{"${label}":"1"}}`).join(',')}]}`;
const RULES = `get role r -o jsonpath='{.rules}{.metadata.labels}{.metadata.annotations}'`;
const SUBJECTS = `get rolebinding rb -o jsonpath='{.subjects}{.roleRef}'`;
const CLUSTER_RULES = `get clusterrole cr-NAMESPACE -o jsonpath='{.rules}{.aggregationRule}'`;
const reconcile = (object: string, flags = ''): string => `auth reconcile -f - ${flags} <<< ${object}`;

/** Each is run by both clients, one after the other, and has to come to the same. */
export const GRANTING: readonly string[] = [
  'auth reconcile',
  'auth reconcile -f nope.yaml',
  'auth reconcile -f cm.yaml',
  'auth reconcile -f cm.yaml x',
  'auth reconcile -f cm.yaml --dry-run=server',
  'auth reconcile -f cm.yaml -o nope',
  reconcile(role(READ), '--dry-run=client'),
  reconcile(role(READ)),
  reconcile(role(READ)),
  RULES,
  reconcile(role(SECRETS), '--dry-run=client'),
  reconcile(role(SECRETS, ',"labels":{"a":"b"},"annotations":{"c":"d"}')),
  RULES,
  reconcile(role(READ), '--remove-extra-permissions --dry-run=client -o name'),
  reconcile(role(READ), '--remove-extra-permissions'),
  RULES,
  reconcile(role(ALL_LOGS)),
  reconcile(role(READ)),
  RULES,
  reconcile(role(READ, '', '"name":"r"')),
  reconcile(role(READ, '', '"name":"r","namespace":"other-NAMESPACE"')),
  reconcile(role(READ, '', '"name":"r","namespace":"NAMESPACE"'), '-n other-NAMESPACE'),
  'get ns other-NAMESPACE -o name',
  reconcile(binding('r', 'u', 'v')),
  reconcile(binding('r', 'v', 'w', 'w')),
  SUBJECTS,
  reconcile(binding('r', 'w'), '--remove-extra-subjects'),
  SUBJECTS,
  reconcile(binding('s', 'x')),
  SUBJECTS,
  'annotate rolebinding rb rbac.authorization.kubernetes.io/autoupdate=false',
  reconcile(binding('s', 'y')),
  SUBJECTS,
  reconcile(clusterRole('', PATHS)),
  reconcile(clusterRole(selecting('a', 'b'))),
  reconcile(clusterRole(selecting('b', 'c'))),
  CLUSTER_RULES,
  reconcile(clusterRole(selecting('c')), '--remove-extra-permissions'),
  CLUSTER_RULES,
  reconcile(clusterRole('', '{"verbs":["get"],"nonResourceURLs":["/x/z"]}')),
  CLUSTER_RULES,
];
