import { RuntimeError, type ExecOptions, type ExecSession } from './contract.ts';
import { must } from '../../src/base/must.ts';
import { execPlan } from './container-plan.ts';
import type { LiveContainer } from './live-container.ts';
import { hostId } from './host-id.ts';
import { duplexStream, readableStream, writableStream } from './descriptor-streams.ts';
import type { PodSandbox } from './pod-sandbox.ts';
import { REQUEST } from './protocol.ts';
import { startFailure } from './start-failure.ts';
import { terminalSizes } from './terminal-sizes.ts';
import { encodeExecRequest, encodeProcessRequest } from './wire-requests.ts';

const SIGKILL = 9;

/** Runs a program in a running container. Its streams are the kernel's pipes; a terminal's pass through the shim. */
export async function execInContainer(
  sandbox: PodSandbox,
  container: LiveContainer,
  options: ExecOptions,
): Promise<ExecSession> {
  container.requireRunning();
  const input = sandbox.planInput(container.id, container.config, []);
  const plan = execPlan(input, options);
  const body = encodeExecRequest(container.id, {
    tty: options.tty,
    stdin: options.stdin,
    owner: hostId(input.sandbox.users, container.config.user.uid),
    cgroup: input.cgroups.enter(input.cgroupPath),
    plan,
  });
  const client = sandbox.client;
  const request = client.request(REQUEST.exec, body);
  const session = request.number;
  // Waiting before the reply: a short program's end may arrive right behind it.
  const exit = new Promise<{ readonly exitCode: number }>(resolve => {
    sandbox.sessions.set(session, exitCode => resolve({ exitCode }));
  });
  let fds: readonly number[];
  try {
    ({ fds } = await request);
  } catch (error) {
    sandbox.sessions.delete(session);
    const failure = startFailure(error, { prepare: null, child: plan }, options.args[0] ?? '');
    if (failure.code === 'ContainerCannotRun' && !container.running) {
      throw new RuntimeError('ContainerNotRunning', `container ${container.id} is not running`, { cause: error });
    }
    throw failure;
  }
  return {
    ...streams(fds, options),
    exit,
    resize: terminalSizes(client, container.id, session),
    kill: () => {
      // A program that has ended meanwhile need not be killed.
      void client.request(REQUEST.signal, encodeProcessRequest(container.id, session, SIGKILL)).catch(() => undefined);
    },
  };
}

function streams(
  fds: readonly number[],
  { tty, stdin }: ExecOptions,
): Pick<ExecSession, 'stdin' | 'stdout' | 'stderr'> {
  const [first, second, third] = fds;
  if (tty) {
    const terminal = duplexStream(must(first, 'a terminal comes with one descriptor'));
    return { stdin: stdin ? terminal : null, stdout: terminal, stderr: null };
  }
  const outputs = stdin ? [second, third] : [first, second];
  // Read from where they are made, in this order: complaints go first where both are there. `kubectl cp`
  // leaves as soon as its archive is complete.
  const stderr = readableStream(must(outputs[1], 'then standard error'));
  return {
    stdin: stdin ? writableStream(must(first, 'standard input comes first')) : null,
    stdout: readableStream(must(outputs[0], 'then standard output')),
    stderr,
  };
}
