import { bool, duration, list, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { dig, listAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { containerOf } from './container-of.ts';
import { isTty, refuseCompleted, streamQuery } from './exec.ts';
import { podKey, podOf } from './pod-of.ts';
import { runRemotely } from './remote-command.ts';

export const attachVerb: Verb = {
  usage: '(POD | TYPE/NAME) -c CONTAINER',
  about: 'Attach to a process that is already running inside an existing container.',
  flags: [
    list('filename', 'File that names the pod.', { short: 'f' }),
    text('container', 'Container to attach to.', { short: 'c' }),
    duration('pod-running-timeout', 'How long to wait for a pod.', { fallback: '1m0s' }),
    bool('quiet', 'Print what the process prints, nothing else.', { short: 'q' }),
    bool('stdin', 'Pass stdin to the container.', { short: 'i' }),
    bool('tty', 'Stdin is a TTY.', { short: 't' }),
  ],
  run: attach,
};

async function attach(call: Call): Promise<void> {
  const { args, flags } = call;
  const [name, ...more] = args;
  if (name === undefined) throw new Failure('at least 1 argument is required for attach');
  if (more.length > 1)
    throw usageFailure(
      call,
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
    );
  const pod = await podOf(
    call,
    more.length === 1 ? `${name}/${more[0] ?? ''}` : name,
    flags.durationMs('pod-running-timeout'),
  );
  await attachTo(call, pod, { container: flags.text('container'), stdin: flags.bool('stdin'), tty: flags.bool('tty') });
}

export async function attachTo(
  call: Call,
  pod: KubeObject,
  options: { readonly container: string; readonly stdin: boolean; readonly tty: boolean },
): Promise<void> {
  refuseCompleted(pod, 'attach');
  const { terminal, cluster, flags } = call;
  const container = containerOf(call, pod, options.container, flags.bool('quiet'));
  const tty = isTty(call, { stdin: options.stdin, tty: options.tty && hasTty(call, pod, container) });
  if (options.stdin && !flags.bool('quiet') && tty)
    terminal.err("If you don't see a command prompt, try pressing enter.\n");
  const [namespace, name] = podKey(pod);
  using _raw = tty ? terminal.rawInput() : undefined;
  await runRemotely(await cluster.client(), {
    path: `/api/v1/namespaces/${namespace}/pods/${name}/attach`,
    query: streamQuery(container, options.stdin, tty),
    stdin: options.stdin ? (terminal.input() as AsyncIterable<Uint8Array>) : undefined,
    stdout: bytes => terminal.out(bytes),
    stderr: bytes => terminal.err(bytes),
    terminal: tty ? terminal : undefined,
  });
}

function hasTty({ terminal }: Call, pod: KubeObject, name: string): boolean {
  const container = ['containers', 'initContainers', 'ephemeralContainers']
    .flatMap(field => listAt(pod, 'spec', field))
    .find(each => textAt(each, 'name') === name);
  if (container === undefined) throw new Failure(`container ${name} not found in pod`);
  if (dig(container, 'tty') === true) return true;
  terminal.err(`error: Unable to use a TTY - container ${name} did not allocate one\n`);
  return false;
}
