import {
  containersOf,
  named,
  quoted,
  setters,
  sorted,
  unlessOwnUsers,
  unlessWindows,
  type Judge,
  type PodCheck,
} from './pod-check.ts';

const noEscalation: Judge = pod => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  const detail = `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: 'allowPrivilegeEscalation != false', detail };
};

export const allowPrivilegeEscalation: PodCheck = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  versions: [
    { since: 8, judge: noEscalation },
    { since: 25, judge: unlessWindows(noEscalation) },
  ],
};

export const privileged: PodCheck = {
  id: 'privileged',
  level: 'baseline',
  versions: [
    {
      since: 0,
      judge: pod => {
        const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged === true);
        if (bad.length === 0) return undefined;
        return { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` };
      },
    },
  ],
};

export const windowsHostProcess: PodCheck = {
  id: 'windowsHostProcess',
  level: 'baseline',
  versions: [
    {
      since: 0,
      judge: pod => {
        const isPod = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
        const bad = containersOf(pod).filter(each => each.securityContext?.windowsOptions?.hostProcess === true);
        const who = setters(isPod, bad);
        if (who === '') return undefined;
        return { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
      },
    },
  ],
};

const notAsRoot: Judge = pod => {
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const containers = containersOf(pod);
  const bad = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  const silent = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  const who = setters(ofPod === false, bad);
  const reason = 'runAsNonRoot != true';
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  if (ofPod === true || silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
};

export const runAsNonRoot: PodCheck = {
  id: 'runAsNonRoot',
  level: 'restricted',
  versions: [
    { since: 0, judge: notAsRoot },
    { since: 35, judge: unlessOwnUsers(notAsRoot) },
  ],
};

const notAsUserZero: Judge = pod => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsUser === 0);
  const who = setters(pod.spec.securityContext?.runAsUser === 0, bad);
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
};

export const runAsUser: PodCheck = {
  id: 'runAsUser',
  level: 'restricted',
  versions: [
    { since: 23, judge: notAsUserZero },
    { since: 35, judge: unlessOwnUsers(notAsUserZero) },
  ],
};

const maskedProc: Judge = pod => {
  const bad = containersOf(pod).filter(
    ({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default',
  );
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map(({ securityContext }) => securityContext?.procMount ?? ''));
  return { reason: 'procMount', detail: `${named(bad)} must not set securityContext.procMount to ${quoted(types)}` };
};

export const procMount: PodCheck = {
  id: 'procMount',
  level: 'baseline',
  versions: [
    { since: 0, judge: maskedProc },
    { since: 35, judge: unlessOwnUsers(maskedProc) },
  ],
};

export const procMountRestricted: PodCheck = {
  id: 'procMount_restricted',
  level: 'restricted',
  overrides: 'procMount',
  versions: [{ since: 35, judge: maskedProc }],
};
