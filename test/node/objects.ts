/** Objects as kubectl applies them; only what a test says differs from the plainest one. */
export interface TestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export const BUSYBOX = 'docker.io/library/busybox:1.35';
export const ECHO = 'tiphys.dev/echo:1.0';

type Fields = Readonly<Record<string, unknown>>;

export const shell = (script: string, more: Fields = {}): Fields => ({
  name: 'main',
  image: BUSYBOX,
  command: ['sh', '-c', script],
  ...more,
});

/** A pod of one container `main`, or of `spec.containers`. */
export const pod = (name: string, container: Fields, spec: Fields = {}, metadata: Fields = {}): TestObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name }, ...metadata },
  spec: { terminationGracePeriodSeconds: 1, containers: [container], ...spec },
});

export const object = (apiVersion: string, kind: string, name: string, fields: Fields): TestObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
});

/** The parts of a pod that tests look at. */
export interface PodView {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly hostIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
    readonly initContainerStatuses?: readonly ContainerView[];
    readonly containerStatuses?: readonly ContainerView[];
  };
}

export interface ContainerView {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID: string;
  readonly state: StateView;
  readonly lastState: StateView;
}

interface StateView {
  readonly running?: { readonly startedAt: string };
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly message?: string;
    readonly startedAt: string;
    readonly finishedAt: string;
  };
}
