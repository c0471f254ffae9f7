import {
  containersOf,
  named,
  quoted,
  sorted,
  unlessWindows,
  type AnyContainer,
  type Judge,
  type JudgedPod,
  type PodCheck,
} from './pod-check.ts';

const DEFAULT_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** Who adds capabilities that are not allowed, in words; '' for nobody. */
function adding(pod: JudgedPod, isAllowed: (name: string) => boolean): string {
  const added = ({ securityContext }: AnyContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter(name => !isAllowed(name));
  const bad = containersOf(pod).filter(container => added(container).length > 0);
  if (bad.length === 0) return '';
  return `${named(bad)} must not include ${quoted(sorted(bad.flatMap(added)))} in securityContext.capabilities.add`;
}

export const capabilities: PodCheck = {
  id: 'capabilities_baseline',
  level: 'baseline',
  versions: [
    {
      since: 0,
      judge: pod => {
        const detail = adding(pod, name => DEFAULT_CAPABILITIES.has(name));
        return detail === '' ? undefined : { reason: 'non-default capabilities', detail };
      },
    },
  ],
};

const allDropped: Judge = pod => {
  const keeping = containersOf(pod).filter(each => each.securityContext?.capabilities?.drop?.includes('ALL') !== true);
  const kept = keeping.length === 0 ? '' : `${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`;
  const details = [kept, adding(pod, name => name === 'NET_BIND_SERVICE')].filter(text => text !== '');
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

export const capabilitiesRestricted: PodCheck = {
  id: 'capabilities_restricted',
  level: 'restricted',
  overrides: 'capabilities_baseline',
  versions: [
    { since: 22, judge: allDropped },
    { since: 25, judge: unlessWindows(allDropped) },
  ],
};
