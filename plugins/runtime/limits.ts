/** Every bound of the runtime, in one place. */
export const LIMITS = {
  /** A shim that does not answer in this time is treated as broken; a start waits for the kernel's mounts. */
  requestMs: 30_000,
  /** Until a recovered shim must have answered. */
  recoveryMs: 5_000,
  /** From SIGKILL to the exit: longer only in uninterruptible sleep. */
  killMs: 60_000,
  /** For a shim asked to end its pod, before it is killed itself. */
  shutdownMs: 10_000,
  /** For a shim that said it has ended its pod to be gone. */
  shimExitMs: 2_000,
  /** Without a pod that starts, before shims are made ahead. */
  spareQuietMs: 300,
  /** The same once this daemon found its pods again. */
  spareFirstMs: 2_000,
  /** For the last processes of a cgroup to be gone. */
  cgroupRemovalMs: 5_000,
  /** One message on the wire, its header left out; larger plans travel as a memfd. */
  messageBytes: 96 * 1024,
  planBytes: 8 * 1024 * 1024,
  /** Requests to one shim that wait for an answer. */
  pendingRequests: 4096,
  /** A state file; larger ones are not ours. */
  stateFileBytes: 4 * 1024 * 1024,
  /** A hook that says of no time. */
  hookMs: 120_000,
  /** For the parser of AppArmor to compile the default profile. */
  profileMs: 30_000,
  /** Images of which is kept where their /var/run is. */
  knownImages: 256,
} as const;
