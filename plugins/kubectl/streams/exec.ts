import { list, bool, duration, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { containerOf } from './container-of.ts';
import { podKey, podOf } from './pod-of.ts';
import { runRemotely } from './remote-command.ts';

export const execVerb: Verb = {
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  about: 'Execute a command in a container.',
  flags: [
    list('filename', 'File that names the pod.', { short: 'f' }),
    text('container', 'Container to run in.', { short: 'c' }),
    duration('pod-running-timeout', 'How long to wait for a pod.', { fallback: '1m0s' }),
    bool('quiet', 'Print what the command prints, nothing else.', { short: 'q' }),
    bool('stdin', 'Pass stdin to the container.', { short: 'i' }),
    bool('tty', 'Stdin is a TTY.', { short: 't' }),
  ],
  run: exec,
};

async function exec(call: Call): Promise<void> {
  const { flags, args, dash } = call;
  const named = args.slice(0, Math.max(0, dash));
  if (dash < 0 && args.length > 1) {
    throw usageFailure(call, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
  }
  const [name] = dash < 0 ? args : named;
  const command = dash < 0 ? [] : args.slice(dash);
  if (name === undefined) throw new Failure('pod, type/name or --filename must be specified');
  if (named.length > 1)
    throw usageFailure(call, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
  if (command.length === 0) throw new Failure('you must specify at least one command for the container');
  const pod = await podOf(call, name, flags.durationMs('pod-running-timeout'));
  await execIn(call, pod, command, {
    container: flags.text('container'),
    stdin: flags.bool('stdin'),
    tty: flags.bool('tty'),
  });
}

export interface ExecOptions {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
}

async function execIn(call: Call, pod: KubeObject, command: readonly string[], options: ExecOptions): Promise<void> {
  refuseCompleted(pod, 'exec into');
  const { terminal, cluster, flags } = call;
  const container = containerOf(call, pod, options.container, flags.bool('quiet'));
  const tty = isTty(call, options);
  const [namespace, name] = podKey(pod);
  using _raw = tty ? terminal.rawInput() : undefined;
  await runRemotely(await cluster.client(), {
    path: `/api/v1/namespaces/${namespace}/pods/${name}/exec`,
    query: [...command.map(word => ['command', word] as const), ...streamQuery(container, options.stdin, tty)],
    stdin: options.stdin ? (terminal.input() as AsyncIterable<Uint8Array>) : undefined,
    stdout: bytes => terminal.out(bytes),
    stderr: bytes => terminal.err(bytes),
    terminal: tty ? terminal : undefined,
  });
}

export function refuseCompleted(pod: KubeObject, what: string): void {
  const phase = textAt(pod, 'status', 'phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return;
  throw new Failure(`cannot ${what} a container in a completed pod; current phase is ${phase}`);
}

/** A terminal needs an input that is one. */
export function isTty(
  { terminal }: Pick<Call, 'terminal'>,
  { stdin, tty }: Pick<ExecOptions, 'stdin' | 'tty'>,
): boolean {
  if (!stdin || !tty) return false;
  if (terminal.isInputTerminal) return true;
  terminal.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return false;
}

export const streamQuery = (
  container: string,
  stdin: boolean,
  tty: boolean,
): readonly (readonly [string, string])[] => [
  ['container', container],
  ...(stdin ? [['stdin', 'true'] as const] : []),
  ['stdout', 'true'],
  ...(tty ? [['tty', 'true'] as const] : [['stderr', 'true'] as const]),
];
