export const limits = {
  /** Seconds that answers about the cluster may be kept by clients, CoreDNS's own default. */
  ttlSeconds: 5,
  /** RFC 1035, 4.2.1: without EDNS. */
  plainUdpBytes: 512,
  ednsUdpBytes: 4_096,
  /** What we say we take over UDP ourselves; no fragments on any usual link. */
  ownUdpBytes: 1_232,
  tcpConnections: 256,
  tcpIdleMs: 10_000,
  /** Answers one TCP connection may have waiting. */
  tcpPending: 64,
  /** Names asked of other servers at a time; what comes beyond is answered SERVFAIL. */
  forwards: 512,
  forwardMs: 1_500,
  upstreams: 3,
  /** The node's resolv.conf is looked at again after this, when it is needed. */
  resolvConfMs: 5_000,
  resolvConfBytes: 65_536,
  cacheEntries: 2_048,
  cacheSeconds: 30,
  cnameChain: 8,
} as const;
