import { list, duration } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { find } from '../builder/found.ts';
import { dig, listAt, numberAt, textAt } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { nameOf } from '../kube-object.ts';
import { forwardPort, type Forward, type ForwardOptions } from './forward-port.ts';
import { podKey, podOf } from './pod-of.ts';

export const portForwardVerb: Verb = {
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  about: 'Forward one or more local ports to a pod.',
  flags: [
    list('address', 'Addresses to listen on.', { fallback: 'localhost' }),
    duration('pod-running-timeout', 'How long to wait for a pod.', { fallback: '1m0s' }),
  ],
  run: portForward,
};

async function portForward(call: Call): Promise<void> {
  const { args, flags, terminal, cluster } = call;
  if (args.length < 2) throw usageFailure(call, 'TYPE/NAME and list of ports are required for port-forward');
  const [name = '', ...specs] = args;
  const pod = await podOf(call, name, flags.durationMs('pod-running-timeout'));
  const owner =
    name.includes('/') && !/^pods?\//.test(name) && !name.startsWith('po/') ? await ownerOf(call, name) : undefined;
  const ports = specs.map(spec => portsOf(spec, pod, owner));
  const phase = textAt(pod, 'status', 'phase');
  if (phase !== 'Running')
    throw new Failure(`unable to forward port because pod is not running. Current status=${phase}`);
  const [namespace, podName] = podKey(pod);
  const client = await cluster.client();
  const ended = new AbortController();
  const forwards: Forward[] = [];
  for (const pair of ports) {
    const to = { client, namespace, pod: podName, terminal, onLost: () => ended.abort() };
    forwards.push(...(await listen(pair, flags.list('address'), to)));
  }
  if (forwards.length === 0)
    throw new Failure(
      `unable to listen on any of the requested ports: [${ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`,
    );
  await new Promise<void>(resolve => {
    const signal = AbortSignal.any([terminal.over, ended.signal]);
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const forward of forwards) forward.close();
  if (!terminal.over.aborted) throw new Failure('lost connection to pod');
}

/**
 * Listens on all addresses; on the same port of each, where any will do. `localhost` is both families, of which a
 * machine may lack one.
 */
async function listen(
  { local, remote }: PortPair,
  addresses: readonly string[],
  to: Omit<ForwardOptions, 'address' | 'local' | 'remote'>,
): Promise<readonly Forward[]> {
  const forwards: Forward[] = [];
  const problems: string[] = [];
  let isShort = false;
  for (const given of addresses) {
    const before = forwards.length;
    for (const address of given === 'localhost' ? ['127.0.0.1', '::1'] : [given]) {
      const forward = await forwardPort({ ...to, address, local: forwards[0]?.local ?? local, remote });
      if ('problem' in forward) problems.push(`unable to create listener: Error ${forward.problem}`);
      else forwards.push(forward);
    }
    isShort ||= forwards.length === before;
  }
  if (!isShort) return forwards;
  to.terminal.err(
    `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${problems.join(' ')}]\n`,
  );
  for (const forward of forwards) forward.close();
  return [];
}

async function ownerOf(call: Call, name: string): Promise<KubeObject | undefined> {
  const { found, failures } = await find(call, { args: [name], latest: true });
  throwAll(failures);
  return found[0]?.object;
}

export interface PortPair {
  readonly local: number;
  readonly remote: number;
}

/** `8080`, `8080:80`, `:80`, with names of ports for numbers; a service's ports are those behind it. */
export function portsOf(spec: string, pod: KubeObject, owner: KubeObject | undefined): PortPair {
  const parts = spec.split(':');
  if (parts.length > 2) throw new Failure(`invalid port format '${spec}'`);
  const [first = '', second = first] = parts;
  const remote = owner?.kind === 'Service' ? servicePort(second, pod, owner) : podPort(second, pod);
  const asked = /^\d+$/.test(first) ? Number(first) : undefined;
  const local = parts.length === 1 ? (asked ?? remote) : first === '' ? 0 : (asked ?? podPort(first, pod));
  return { local, remote };
}

function podPort(text: string, pod: KubeObject): number {
  const number = Number(text);
  if (/^\d+$/.test(text)) {
    if (number < 1 || number > 65_535) throw new Failure(`error parsing remote port: ${text} is out of range`);
    return number;
  }
  const ports = listAt(pod, 'spec', 'containers').flatMap(container => listAt(container, 'ports'));
  const named = ports.find(port => textAt(port, 'name') === text);
  if (named === undefined) throw new Failure(`Pod '${nameOf(pod)}' does not have a named port '${text}'`);
  return numberAt(named, 'containerPort') ?? 0;
}

function servicePort(text: string, pod: KubeObject, service: KubeObject): number {
  const port = listAt(service, 'spec', 'ports').find(
    each => textAt(each, 'port') === text || textAt(each, 'name') === text,
  );
  if (port === undefined) throw new Failure(`Service ${nameOf(service)} does not have a service port ${text}`);
  const target = dig(port, 'targetPort');
  return target === undefined ? Number(textAt(port, 'port')) : podPort(textAt(port, 'targetPort'), pod);
}
