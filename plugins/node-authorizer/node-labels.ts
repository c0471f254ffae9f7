type Labels = Readonly<Record<string, string>>;

/** Keys of labels that differ. */
export function modifiedLabels(a: Labels = {}, b: Labels = {}): readonly string[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter(key => a[key] !== b[key]).sort();
}

/** Labels of Kubernetes' own that a kubelet may set; kubelet/pkg/apis/well_known_labels.go. */
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'node.kubernetes.io/windows-build',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.kubernetes.io/zone',
  'failure-domain.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]);
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'] as const;
const KUBERNETES_DOMAINS = ['kubernetes.io', 'k8s.io'] as const;

const isWithin = (domain: string, domains: readonly string[]): boolean =>
  domains.some(each => domain === each || domain.endsWith(`.${each}`));

/** Those by which a node could draw pods to itself that are not meant for it, administrators' `node-restriction` too. */
export const forbiddenLabels = (keys: readonly string[]): readonly string[] =>
  keys.filter(key => {
    const slash = key.indexOf('/');
    const domain = slash === -1 ? '' : key.slice(0, slash);
    return isWithin(domain, KUBERNETES_DOMAINS) && !KUBELET_LABELS.has(key) && !isWithin(domain, KUBELET_DOMAINS);
  });
