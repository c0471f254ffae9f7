export const limits = {
  /** A node's share of the cluster CIDR, upstream's `--node-cidr-mask-size`. */
  nodePrefix: 24,
  /** Smallest pod CIDR that leaves addresses for pods after the reserved ones. */
  longestPodPrefix: 29,
  /** A lease file larger than this is not one of ours. */
  leaseFileBytes: 4_096,
} as const;
