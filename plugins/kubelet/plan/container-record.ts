/** One attempt of a container, as the runtime, or failing that the API, remembers it. */
export interface ContainerRecord {
  readonly name: string;
  /** Empty when the attempt failed before there was a container. */
  readonly id: string;
  readonly attempt: number;
  readonly state: 'running' | 'exited';
  readonly startedAtMs: number;
  /** Whether it belongs to the sandbox that is up now. */
  readonly inSandbox: boolean;
  readonly exit: RecordedExit | null;
  readonly image: string;
  readonly imageId: string;
  readonly specHash: string;
  /** How long after its exit the next attempt has to wait. */
  readonly backOffMs: number;
  /** `uid:gid:groups`, empty when unknown. */
  readonly user: string;
  readonly stopSignal: string;
}

export interface RecordedExit {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly finishedAtMs: number;
}

/** What the kubelet knows of one container of the spec at this moment. */
export interface ContainerView {
  readonly latest: ContainerRecord | undefined;
  readonly previous: ContainerRecord | undefined;
  /** A postStart hook has not come back yet. */
  readonly hookRunning: boolean;
  readonly killing: boolean;
  /** Why it has to be restarted although it runs. */
  readonly unhealthy: 'liveness' | 'startup' | 'hook' | undefined;
  /** Its startup probe has passed, or it has none. */
  readonly started: boolean;
  readonly ready: boolean;
  /** Why it cannot be started now. */
  readonly waiting: WaitingReason | undefined;
}

export interface WaitingReason {
  readonly reason: string;
  readonly message?: string;
}

export const NOTHING_KNOWN: ContainerView = {
  latest: undefined,
  previous: undefined,
  hookRunning: false,
  killing: false,
  unhealthy: undefined,
  started: false,
  ready: false,
  waiting: undefined,
};
