import {
  containersOf,
  named,
  plural,
  quoted,
  sorted,
  type AnyContainer,
  type JudgedPod,
  type PodCheck,
  type Violation,
} from './pod-check.ts';

export const hostNamespaces: PodCheck = {
  id: 'hostNamespaces',
  level: 'baseline',
  versions: [
    {
      since: 0,
      judge: ({ spec }) => {
        const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(name => spec[name] === true);
        if (shared.length === 0) return undefined;
        return { reason: 'host namespaces', detail: shared.map(name => `${name}=true`).join(', ') };
      },
    },
  ],
};

export const hostPathVolumes: PodCheck = {
  id: 'hostPathVolumes',
  level: 'baseline',
  versions: [
    {
      since: 0,
      judge: ({ spec }) => {
        const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
        if (names.length === 0) return undefined;
        return { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` };
      },
    },
  ],
};

export const hostPorts: PodCheck = {
  id: 'hostPorts',
  level: 'baseline',
  versions: [{ since: 0, judge: pod => usersOf(pod, 'hostPort', 'hostPort', hostPortsOf, items => items.join(', ')) }],
};

export const hostProbes: PodCheck = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  versions: [
    {
      since: 34,
      judge: pod => usersOf(pod, 'probe or lifecycle host', 'probe or lifecycle host', handledHosts, quoted, true),
    },
  ],
};

const hostPortsOf = ({ ports = [] }: AnyContainer): readonly string[] =>
  ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [String(hostPort)]));

/** A probe or a hook. */
interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

/** Hosts that probes and hooks are sent to instead of the pod. */
const handledHosts = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer): readonly string[] =>
  [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(
    (handler: Handler | undefined) =>
      [handler?.httpGet?.host ?? '', handler?.tcpSocket?.host ?? ''].filter(host => host !== ''),
  );

function usersOf(
  pod: JudgedPod,
  reason: string,
  what: string,
  usedBy: (container: AnyContainer) => readonly string[],
  print: (items: readonly string[]) => string,
  isSorted = false,
): Violation | undefined {
  const users = containersOf(pod).filter(container => usedBy(container).length > 0);
  if (users.length === 0) return undefined;
  const items = sorted(users.flatMap(usedBy));
  const listed = isSorted ? sorted(users.map(({ name }) => name)).map(name => ({ name })) : users;
  const verb = listed.length === 1 ? 'uses' : 'use';
  return { reason, detail: `${named(listed)} ${verb} ${plural(what, items.length)} ${print(items)}` };
}
