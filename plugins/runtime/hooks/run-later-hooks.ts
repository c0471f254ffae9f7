import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { ContainerPlanInput } from '../container-plan.ts';
import type { Container, ContainerConfig, ContainerHook } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { hookName, hookProblem, ranTooLong } from './hook-problem.ts';
import { ociState } from './oci-bundle.ts';

interface Deps {
  readonly world: Pick<World, 'processes'>;
  readonly log: Logger;
}

/** How long hooks may keep a container from its start. */
export const hooksMs = ({ hooks = [] }: ContainerConfig): number =>
  hooks.reduce((sum, { timeoutMs }) => sum + (timeoutMs ?? LIMITS.hookMs), 0);

/**
 * Runs the hooks of the time after a container's start or its end, beside this process and one after the other.
 * Answers what is wrong with the first that failed: a start goes no further, after an end all have their turn.
 */
export async function runLaterHooks(
  { world, log }: Deps,
  input: ContainerPlanInput,
  { pid }: Container,
  moment: 'poststart' | 'poststop',
): Promise<string | undefined> {
  const { beforePid, afterPid } = ociState(input, moment === 'poststop' ? 'stopped' : 'running');
  const state = `${beforePid}${pid ?? 0}${afterPid}`;
  let first: string | undefined;
  const hooks = (input.config.hooks ?? []).filter(hook => hook.moment === moment);
  for (const [index, hook] of hooks.entries()) {
    const how = await failureOf(world.processes, hook, state);
    if (how === undefined) continue;
    const problem = hookProblem(hookName(moment, index), how);
    log.warn('a hook of a container failed', { container: input.id, problem });
    first ??= problem;
    if (moment === 'poststart') return first;
  }
  return first;
}

async function failureOf(
  processes: Pick<World['processes'], 'read'>,
  { path, args, env, timeoutMs }: ContainerHook,
  state: string,
): Promise<string | undefined> {
  const variables = env.map(each => {
    const equals = each.indexOf('=');
    return [each.slice(0, equals), each.slice(equals + 1)] as const;
  });
  const output = await processes.read(path, args.slice(1), {
    env: Object.fromEntries(variables),
    isAlone: true,
    input: state,
    timeoutMs: timeoutMs ?? LIMITS.hookMs,
  });
  if (output === undefined) return `fork/exec ${path}: it cannot be run`;
  if (output.code === 0) return undefined;
  if (output.code < 0) return timeoutMs === undefined ? 'signal: killed' : ranTooLong(timeoutMs);
  return `exit status ${output.code}`;
}
