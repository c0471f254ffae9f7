/** Every bound of the kubelet, in one place. */

/** glibc's and kube-apiserver's limits of resolv.conf. */
export const MAX_NAMESERVERS = 3;
export const MAX_SEARCHES = 32;
export const MAX_SEARCH_CHARACTERS = 2048;
/** What is read of the host's resolv.conf and hosts. */
export const MAX_NAME_FILE_BYTES = 1024 * 1024;
/** It is kept with each container that it confines. */
export const MAX_SECCOMP_PROFILE_BYTES = 256 * 1024;
/** A DNS label; the kernel's nodename holds one more. */
export const MAX_HOSTNAME = 63;

/**
 * Pods whose sandboxes and containers are made at the same time: enough to keep every processor busy. With more
 * of them none is ready sooner, and all are only when the last one is.
 */
export const parallelStarts = (cpus: number): number => Math.max(4, 2 * cpus);
export const MAX_PARALLEL_STATUS_WRITES = 32;
/** How long after a pod's end layers that nothing needs are deleted. */
export const IMAGE_GC_DELAY_MS = 60_000;
/** Kubelet defaults: from the high share of their disk in use images go, down to the low one. */
export const IMAGE_GC_HIGH_PERCENT = 85;
export const IMAGE_GC_LOW_PERCENT = 80;
export const IMAGE_GC_MIN_AGE_SECONDS = 120;
export const IMAGE_GC_PERIOD_MS = 5 * 60_000;

/** Restart back-off of containers and of image pulls; kubelet defaults. */
export const BACK_OFF_INITIAL_MS = 10_000;
export const BACK_OFF_MAX_MS = 300_000;

/** The shortest time a container gets between its stop signal and SIGKILL. */
export const MIN_GRACE_MS = 2_000;
/** What a preStop hook that used the whole grace period leaves for the stop signal. */
export const AFTER_HOOK_GRACE_MS = 2_000;
export const HTTP_HOOK_DEADLINE_MS = 30_000;
export const MAX_HOOK_OUTPUT_BYTES = 10 * 1024;
export const MAX_PROBE_BODY_BYTES = 10 * 1024;
export const MAX_PROBE_REDIRECTS = 10;

export const MAX_TERMINATION_MESSAGE_BYTES = 4096;
export const MAX_TERMINATION_LOG_BYTES = 2048;
export const MAX_TERMINATION_LOG_LINES = 80;

/** Of one container's log, whatever is set; a log is read with all of them open. */
export const MAX_LOG_FILES = 1000;
export const LOG_READ_BYTES = 64 * 1024;
export const MAX_LOG_LINE_BYTES = 1024 * 1024;

export const MAX_EXEC_SESSIONS = 256;
export const MAX_EXEC_MESSAGE_BYTES = 1024 * 1024;
/** Output held for a slow client before the container's pipe is left full. */
export const MAX_EXEC_BUFFERED_BYTES = 1024 * 1024;
/** As client-go's own: a client that vanished while its input is held back is found out by the second. */
export const EXEC_PING_MS = 5_000;
/** A client that takes nothing for so long after its program's end is gone for all that matters. */
export const DEAF_CLIENT_MS = 30_000;
export const MAX_RESIZE_BYTES = 256;
/** What a program gets between the hang-up of its terminal and SIGKILL. */
export const HANG_UP_GRACE_MS = 2_000;
export const MAX_EXEC_ARGUMENTS = 1024;

/** SPDY: what a client may have open on one connection; a forwarded connection takes two. */
export const MAX_SPDY_STREAMS = 1024;
/** Inflated; what clients send has a tenth of a kilobyte. */
export const MAX_SPDY_HEADER_BYTES = 16 * 1024;
export const MAX_SPDY_CONTROL_BYTES = 64 * 1024;
/** Header blocks that one connection has inflated before others have their turn; 60 us of CPU each. */
export const MAX_SPDY_BLOCKS_A_TURN = 64;
/** Of all streams of a connection, for those that read slowly; then the client is read no further. */
export const MAX_SPDY_HELD_BYTES = 1024 * 1024;
/** Answers to frames that a client does not take. */
export const MAX_SPDY_ANSWERS = 4096;
/** kubelet's streamingConnectionIdleTimeout. */
export const STREAM_IDLE_MS = 4 * 60 * 60_000;
/** Within which a client opens what belongs together; apimachinery's DefaultStreamCreationTimeout. */
export const STREAM_CREATION_MS = 30_000;
export const FORWARD_DIAL_MS = 30_000;
/** What a client still sends once the pod has ended its side; containerd's. */
export const FORWARD_DRAIN_MS = 1_000;
/** Of one WebSocket of the older protocol, in which all of them are dialled at once. */
export const MAX_FORWARD_PORTS = 64;

/** How long a node counts as under pressure after it was short of something; the kubelet's default. */
export const PRESSURE_TRANSITION_MS = 5 * 60_000;
/** An evicted pod gets this long for its end before another one goes. */
export const EVICTION_WAIT_MS = 30_000;
/** Between the stop signal and SIGKILL of an evicted pod's containers; upstream's for hard thresholds. */
export const EVICTION_GRACE_MS = 1_000;

/** Between attempts to hold all pods together to what is theirs; upstream's. */
export const PODS_LIMIT_RETRY_MS = 60_000;
/** For pods that come together; their weight is written to the kernel after it. */
export const WEIGHING_MS = 100;

/** A message bus and a logind on it: how long they may take to answer, and how soon they are asked for again. */
export const BUS_CALL_MS = 10_000;
export const MAX_BUS_GREETING_BYTES = 4096;
export const LOGIND_RETRY = { baseMs: 1_000, capMs: 60_000 };
/** How often, each time after twice as long, it is looked whether logind has taken its settings; upstream's. */
export const INHIBIT_LOOKS = 5;
export const INHIBIT_LOOK_MS = 100;

/** Measuring what pods have on the disk takes at most one part in so many of the time. */
export const STORAGE_PAUSE_FACTOR = 20;

/** A critical pod waits at least so long for one that goes for it. */
export const MIN_PREEMPTION_MS = 10_000;

/** A limit that was below what a container uses is tried again. */
export const RESIZE_RETRY_MS = 10_000;

export const POD_PIDS_LIMIT = 4096;
export const MAX_PODS = 110;
export const MAX_NODE_IMAGES = 50;

export const LEASE_SECONDS = 40;
export const LEASE_RENEW_MS = 10_000;
/** A status that did not change is still reported this often. */
export const NODE_STATUS_REPORT_MS = 5 * 60_000;

export const API_RETRY_MIN_MS = 200;
export const API_RETRY_MAX_MS = 30_000;

/** The kubelet's own API. Its connections are never more than an eighth of what this process may open. */
export const KUBELET_CONNECTIONS = 1000;
export const MAX_KUBELET_HEADER_BYTES = 64 * 1024;
export const MAX_KUBELET_PATH = 1024;
export const RUN_DEADLINE_MS = 2 * 60_000;
export const MAX_RUN_OUTPUT_BYTES = 16 * 1024 * 1024;

/** How long answers about who asks the kubelet's API, and what they may, are good for: upstream's defaults. */
export const TOKEN_REVIEW_MS = 120_000;
export const ALLOWED_REVIEW_MS = 300_000;
export const DENIED_REVIEW_MS = 30_000;
export const REMEMBERED_REVIEWS = 4096;

/** A pod of an agent waits so long until the ConfigMaps and Secrets that it reads were looked for. */
export const REFERENCES_MS = 2_000;

/** CSI: what upstream's kubelet allows one call of a driver, and a plugin to tell what it is. */
export const CSI_CALL_MS = 2 * 60_000;
export const REGISTRATION_CALL_MS = 10_000;
export const REGISTRATION_RETRY = { baseMs: 200, capMs: 10_000 };
export const MAX_PLUGIN_SOCKETS = 256;
export const MAX_CSI_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Whoever else writes the CSINode of this node does so seldom. */
export const MAX_CSI_NODE_TRIES = 10;
/** Between attempts of a driver, as to mount a volume; upstream's durationBeforeRetry. */
export const DRIVER_RETRY = { baseMs: 500, capMs: 122_000 };
/** How long a volume may take to be attached, and how often that is looked at meanwhile. */
export const ATTACH_WAIT_MS = 2 * 60_000;
export const ATTACH_LOOK = { baseMs: 50, capMs: 5_000, factor: 1.5 };
/** Drivers that want to be called again and again are, as often as upstream goes over a pod. */
export const REPUBLISH_MS = 60_000;
/** How often claims of mounted volumes that can grow are looked at; as often as upstream goes over a pod. */
export const GROWTH_LOOK_MS = 60_000;
/** How often drivers are asked how full the volumes of claims are, as upstream does, and how long they may take to tell. */
export const VOLUME_STATS_MS = 60_000;
export const VOLUME_STATS_CALL_MS = 30_000;

/** DRA: what upstream's kubelet allows one call of a driver, and how long a driver may be away before its slices go. */
export const DRA_CALL_MS = 45_000;
export const SLICES_KEPT_MS = 30_000;

/** CDI: what is read of one folder, and of one specification. */
export const MAX_CDI_FILES = 1024;
export const MAX_CDI_SPEC_BYTES = 8 * 1024 * 1024;
