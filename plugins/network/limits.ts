export const limits = {
  /** A node's share of the cluster CIDR, upstream's `--node-cidr-mask-size`. */
  nodePrefix: 24,
  /** Smallest pod CIDR that leaves addresses for pods after the reserved ones. */
  longestPodPrefix: 29,
  /** A lease file larger than this is not one of ours. */
  leaseFileBytes: 4_096,
  /** A pod waits so long for what policies say of it; then its start has failed, and is tried again. */
  enforceMs: 10_000,
  enforceRetryMs: 1_000,
} as const;

/** A link that carries less has no IPv6 (RFC 8200). */
export const LEAST_MTU_IPV6 = 1_280;

/** Outer Ethernet, IPv4 and UDP headers and its own (RFC 7348): what a tunnel takes of each packet. */
export const VXLAN_OVERHEAD_BYTES = 50;

/** Those of flannel, which firewalls of clusters let through. */
export const VXLAN_PORT = 8_472;
export const VXLAN_VNI = 1;
