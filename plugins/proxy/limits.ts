export const limits = {
  /** Connections relayed at a time, as far as descriptors allow: each takes two. */
  connections: 65_536,
  /** Descriptors left to the rest of the process. */
  reservedDescriptors: 4_096,
  udpFlows: 8_192,
  /** Clients remembered per listener with session affinity. */
  affinityEntries: 65_536,
  /** An address that somebody else holds is asked for again after this, then ever later. */
  firstRetryMs: 500,
  lastRetryMs: 10_000,
  /** Of each port that tells of health, whoever asks. */
  healthConnections: 64,
  healthHeaderBytes: 8_192,
  healthRequestMs: 5_000,
} as const;
