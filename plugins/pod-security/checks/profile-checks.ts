import {
  containersOf,
  named,
  plural,
  quoted,
  setters,
  sorted,
  unlessWindows,
  type Judge,
  type JudgedPod,
  type PodCheck,
  type Violation,
} from './pod-check.ts';

const SAFE: ReadonlySet<string> = new Set(['RuntimeDefault', 'Localhost']);
const isUnsafe = (type: string | undefined): boolean => type !== undefined && !SAFE.has(type);
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmorProfile: PodCheck = {
  id: 'appArmorProfile',
  level: 'baseline',
  versions: [
    {
      since: 0,
      judge: pod => {
        const ofPod = pod.spec.securityContext?.appArmorProfile?.type;
        const bad = containersOf(pod).filter(each => isUnsafe(each.securityContext?.appArmorProfile?.type));
        const types = [
          ...(isUnsafe(ofPod) ? [ofPod ?? ''] : []),
          ...bad.map(each => each.securityContext?.appArmorProfile?.type ?? ''),
        ];
        const annotations = Object.entries(pod.annotations)
          .filter(([key, value]) => key.startsWith(APPARMOR) && !isSafeAppArmor(value))
          .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
          .sort();
        const annotated = annotations.length === 0 ? [] : [plural('annotation', annotations.length)];
        const who = [setters(isUnsafe(ofPod), bad), ...annotated].filter(text => text !== '').join(' and ');
        if (who === '') return undefined;
        const values = [...sorted(types), ...annotations];
        return {
          reason: plural('forbidden AppArmor profile', values.length),
          detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
        };
      },
    },
  ],
};

const isSafeAppArmor = (value: string): boolean =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/');

const SECCOMP_OF_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before there were fields for it. */
const seccompAnnotations: Judge = pod => {
  const keys = [SECCOMP_OF_POD, ...containersOf(pod).map(({ name }) => `${SECCOMP_OF_CONTAINER}${name}`)];
  const bad = keys.flatMap(key => {
    const value = pod.annotations[key];
    return value === undefined || isSafeSeccomp(value) ? [] : [`${key}=${JSON.stringify(value)}`];
  });
  if (bad.length === 0) return undefined;
  const forbidden = sorted(bad);
  const detail = `forbidden ${plural('annotation', forbidden.length)} ${forbidden.join(', ')}`;
  return { reason: 'seccompProfile', detail };
};

const isSafeSeccomp = (value: string): boolean =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');

const noUnsafeSeccomp: Judge = pod => {
  const ofPod = pod.spec.securityContext?.seccompProfile?.type;
  const bad = containersOf(pod).filter(each => isUnsafe(each.securityContext?.seccompProfile?.type));
  const who = setters(isUnsafe(ofPod), bad);
  if (who === '') return undefined;
  const types = sorted(
    [ofPod, ...bad.map(each => each.securityContext?.seccompProfile?.type)].flatMap(type =>
      isUnsafe(type) ? [type ?? ''] : [],
    ),
  );
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(types)}`,
  };
};

export const seccompProfile: PodCheck = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  versions: [
    { since: 0, judge: seccompAnnotations },
    { since: 19, judge: noUnsafeSeccomp },
  ],
};

const someSeccomp: Judge = pod => {
  const unsafe = noUnsafeSeccomp(pod);
  if (unsafe !== undefined || pod.spec.securityContext?.seccompProfile !== undefined) return unsafe;
  const silent = containersOf(pod).filter(({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason: 'seccompProfile', detail: `pod or ${named(silent)} ${must}` };
};

export const seccompProfileRestricted: PodCheck = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  overrides: 'seccompProfile_baseline',
  versions: [
    { since: 19, judge: someSeccomp },
    { since: 25, judge: unlessWindows(someSeccomp) },
  ],
};

const TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

export const seLinuxOptions: PodCheck = {
  id: 'seLinuxOptions',
  level: 'baseline',
  versions: [
    { since: 0, judge: pod => foreignSeLinux(pod, new Set(TYPES)) },
    { since: 31, judge: pod => foreignSeLinux(pod, new Set([...TYPES, 'container_engine_t'])) },
  ],
};

type SeLinux = { readonly type?: string; readonly user?: string; readonly role?: string } | undefined;

function foreignSeLinux(pod: JudgedPod, types: ReadonlySet<string>): Violation | undefined {
  const isForeign = (options: SeLinux): boolean =>
    options !== undefined &&
    (!types.has(options.type ?? '') || (options.user ?? '') !== '' || (options.role ?? '') !== '');
  const ofPod = pod.spec.securityContext?.seLinuxOptions;
  const bad = containersOf(pod).filter(({ securityContext }) => isForeign(securityContext?.seLinuxOptions));
  const who = setters(isForeign(ofPod), bad);
  if (who === '') return undefined;
  const all: readonly SeLinux[] = [ofPod, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)];
  const badTypes = sorted(all.flatMap(options => (types.has(options?.type ?? '') ? [] : [options?.type ?? ''])));
  const problems = [
    ...(badTypes.length === 0 ? [] : [`${plural('type', badTypes.length)} ${quoted(badTypes)}`]),
    ...(all.some(options => (options?.user ?? '') !== '') ? ['user may not be set'] : []),
    ...(all.some(options => (options?.role ?? '') !== '') ? ['role may not be set'] : []),
  ];
  const detail = `${who} set forbidden securityContext.seLinuxOptions: ${problems.join('; ')}`;
  return { reason: 'seLinuxOptions', detail };
}
