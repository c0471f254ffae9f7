import { constants } from 'node:os';
import { NEXT_PROFILE } from './app-armor/confine-next-program.ts';
import { RuntimeError } from './contract.ts';
import { endingOf, hookProblem } from './hooks/hook-problem.ts';
import type { Plan, Step } from './plan.ts';
import { HOOK_ENDED, OP, PHASE } from './protocol.ts';
import { ShimError } from './shim-client.ts';

/** What the user reads in the pod's event when a program could not be started, in the words of runc. */
export function startFailure(
  error: unknown,
  plans: { readonly prepare: Plan | null; readonly child: Plan },
  program: string,
): RuntimeError {
  if (!(error instanceof ShimError)) return new RuntimeError('ContainerCannotRun', String(error), { cause: error });
  if (error.code === 'Lost')
    return new RuntimeError('SandboxGone', 'the sandbox of the container is gone', { cause: error });
  if (error.code !== 'Refused' || error.body.length < 8) {
    return new RuntimeError('ContainerCannotRun', error.message, { cause: error });
  }
  const phase = error.body.readUInt32LE(0);
  const index = error.body.readUInt32LE(4);
  const step =
    phase === PHASE.child
      ? plans.child.steps[index]
      : phase === PHASE.prepare
        ? plans.prepare?.steps[index]
        : undefined;
  const reason =
    phase === PHASE.log ? `open log file: ${describe(error.errno)}` : stepReason(step, error.errno, program);
  return new RuntimeError('ContainerCannotRun', `unable to start container process: ${reason}`, { cause: error });
}

function stepReason(step: Step | undefined, errno: number, program: string): string {
  if (step === undefined) return `clone: ${describe(errno)}`;
  switch (step.op) {
    case OP.write:
      return `${step.subject === NEXT_PROFILE ? 'apparmor failed to apply profile: ' : ''}write ${step.subject}: ${describe(errno)}`;
    case OP.exec:
      return execReason(errno, program);
    case OP.hook:
      return `${/^(create|start)Container/.test(step.subject) ? 'error during container init: ' : ''}${hookProblem(step.subject, hookFailure(errno))}`;
    case OP.cwd:
      return `chdir to cwd (${JSON.stringify(step.subject)}) set in config.json failed: ${describe(errno)}`;
    case OP.source:
    case OP.bind:
    case OP.mount:
    case OP.shm:
      return `error mounting ${JSON.stringify(step.subject)} to rootfs: ${describe(errno)}`;
    case OP.mapped:
      return `failed to set MOUNT_ATTR_IDMAP on ${step.subject}: ${describe(errno)}${errno === EINVAL ? NO_IDMAP : ''}`;
    case OP.overlay:
      return `error mounting the root file system: ${describe(errno)}`;
    default:
      return `${nameOf(step.op)}${step.subject === '' ? '' : ` ${step.subject}`}: ${describe(errno)}`;
  }
}

function hookFailure(error: number): string {
  if (error >= HOOK_ENDED) return endingOf(error - HOOK_ENDED);
  return error === ETIMEDOUT ? 'hook ran past specified timeout' : describe(error);
}

const { ENOENT, EACCES, EISDIR, EINVAL, ETIMEDOUT } = constants.errno;
const NO_IDMAP = " (maybe the filesystem used doesn't support idmap mounts on this kernel?)";

function execReason(errno: number, program: string): string {
  const quoted = JSON.stringify(program);
  if (errno === EISDIR) return `exec: ${quoted}: is a directory`;
  if (errno === EACCES) return `exec: ${quoted}: permission denied`;
  if (errno !== ENOENT) return `exec ${program}: ${describe(errno)}`;
  return program.includes('/')
    ? `exec: ${quoted}: stat ${program}: no such file or directory`
    : `exec: ${quoted}: executable file not found in $PATH`;
}

function nameOf(op: Step['op']): string {
  return Object.entries(OP).find(([, value]) => value === op)?.[0] ?? String(op);
}

/** The C library's words for what a user is likely to meet; else the symbol. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'not a directory',
  ENOEXEC: 'exec format error',
  ELOOP: 'too many levels of symbolic links',
  ENOSPC: 'no space left on device',
  ENOMEM: 'cannot allocate memory',
  EROFS: 'read-only file system',
  E2BIG: 'argument list too long',
  ENODEV: 'no such device',
  EINVAL: 'invalid argument',
  EBUSY: 'device or resource busy',
  EAGAIN: 'resource temporarily unavailable',
};

function describe(errno: number): string {
  const symbol = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
  return WORDS[symbol] ?? symbol;
}
