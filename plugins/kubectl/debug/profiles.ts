import { dig, fieldsAt, listAt, textAt, withField, type Fields } from '../dig.ts';

export type Profile = 'legacy' | 'general' | 'baseline' | 'restricted' | 'netadmin' | 'sysadmin';
/** How a target is debugged: in its own pod, in a copy of that, or by a pod beside a node. */
export type Style = 'ephemeral' | 'copy' | 'node';

/** What a copy keeps of the pod it is of. */
export interface Keeps {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly livenessProbe: boolean;
  readonly readinessProbe: boolean;
  readonly startupProbe: boolean;
  readonly initContainers: boolean;
}

type Change = (pod: Fields, container: string) => Fields;
type Table = Readonly<Record<Style, readonly Change[]>>;

/** The pod, with the privileges that a profile gives the debugging container. */
export function withProfile(profile: Profile, style: Style, pod: Fields, container: string, keeps: Keeps): Fields {
  const kept = style === 'copy' ? onlyKept(pod, profile === 'legacy' ? LEGACY_KEEPS : keeps) : pod;
  return PROFILES[profile][style].reduce((changed, change) => change(changed, container), kept);
}

export const isProfile = (text: string): text is Profile => Object.hasOwn(PROFILES, text);

const LEGACY_KEEPS: Keeps = {
  labels: false,
  annotations: true,
  livenessProbe: true,
  readinessProbe: true,
  startupProbe: true,
  initContainers: true,
};

function onlyKept(pod: Fields, keeps: Keeps): Fields {
  let left = pod;
  if (!keeps.labels) left = withField(left, ['metadata', 'labels'], undefined);
  if (!keeps.annotations) left = withField(left, ['metadata', 'annotations'], undefined);
  if (!keeps.initContainers) left = withField(left, ['spec', 'initContainers'], undefined);
  const gone = (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).filter(probe => !keeps[probe]);
  const containers = listAt(pod, 'spec', 'containers').map(each =>
    gone.reduce((container, probe) => withField(container, [probe], undefined), fieldsAt(each)),
  );
  return withField(left, ['spec', 'containers'], containers);
}

const CONTAINER_FIELDS = ['initContainers', 'containers', 'ephemeralContainers'];

/** The pod with its first container of this name changed. */
export function withContainer(pod: Fields, name: string, change: (container: Fields) => Fields): Fields {
  for (const field of CONTAINER_FIELDS) {
    const containers = listAt(pod, 'spec', field);
    const at = containers.findIndex(each => textAt(each, 'name') === name);
    if (at >= 0) return withField(pod, ['spec', field], containers.with(at, change(fieldsAt(containers[at]))));
  }
  return pod;
}

const security =
  (path: readonly string[], value: unknown): Change =>
  (pod, container) =>
    withContainer(pod, container, each => withField(each, ['securityContext', ...path], value));

const withCapabilities =
  (...names: readonly string[]): Change =>
  (pod, container) =>
    withContainer(pod, container, each => {
      const added = listAt(each, 'securityContext', 'capabilities', 'add');
      return withField(each, ['securityContext', 'capabilities', 'add'], [...added, ...names]);
    });

const withoutContext: Change = (pod, container) =>
  withContainer(pod, container, each => withField(each, ['securityContext'], undefined));

const onHost: Change = pod =>
  ['hostNetwork', 'hostPID', 'hostIPC'].reduce((changed, field) => withField(changed, ['spec', field], true), pod);

const withHostFiles: Change = (pod, container) => {
  const volumes = [...listAt(pod, 'spec', 'volumes'), { name: 'host-root', hostPath: { path: '/' } }];
  return withContainer(withField(pod, ['spec', 'volumes'], volumes), container, each => {
    const mounts = [...listAt(each, 'volumeMounts'), { mountPath: '/host', name: 'host-root' }];
    return withField(each, ['volumeMounts'], mounts);
  });
};

const sharing: Change = pod =>
  dig(pod, 'spec', 'shareProcessNamespace') === undefined
    ? withField(pod, ['spec', 'shareProcessNamespace'], true)
    : pod;

const tracing = withCapabilities('SYS_PTRACE');
const networking = withCapabilities('NET_ADMIN', 'NET_RAW');
const privileged = security(['privileged'], true);
const confined: readonly Change[] = [
  withoutContext,
  security(['runAsNonRoot'], true),
  security(['capabilities'], { drop: ['ALL'] }),
  security(['allowPrivilegeEscalation'], false),
  security(['seccompProfile'], { type: 'RuntimeDefault' }),
];

const PROFILES: Readonly<Record<Profile, Table>> = {
  legacy: { ephemeral: [], copy: [], node: [withHostFiles, onHost] },
  general: { ephemeral: [tracing], copy: [tracing, sharing], node: [withHostFiles, withoutContext, onHost] },
  baseline: { ephemeral: [withoutContext], copy: [withoutContext, sharing], node: [withoutContext] },
  restricted: { ephemeral: confined, copy: [...confined, sharing], node: confined },
  netadmin: { ephemeral: [networking], copy: [networking, sharing], node: [networking, onHost] },
  sysadmin: { ephemeral: [privileged], copy: [privileged, sharing], node: [privileged, onHost, withHostFiles] },
};
