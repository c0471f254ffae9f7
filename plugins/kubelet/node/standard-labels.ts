/** What every node is labelled with by its kubelet. */
export const standardLabels = (nodeName: string, architecture: string): Readonly<Record<string, string>> => ({
  'beta.kubernetes.io/arch': architecture,
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': architecture,
  'kubernetes.io/hostname': nodeName,
  'kubernetes.io/os': 'linux',
});
