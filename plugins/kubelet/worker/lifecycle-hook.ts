import type { Timers } from '../../../src/base/world.ts';
import type { Runtime } from '../../runtime/contract.ts';
import { HTTP_HOOK_DEADLINE_MS, MAX_HOOK_OUTPUT_BYTES } from '../limits.ts';
import type { ContainerSpec, LifecycleHandler } from '../pod.ts';
import { execCommand } from '../probes/exec-command.ts';
import { httpGet } from '../probes/http-request.ts';
import { httpTarget } from '../probes/run-probe.ts';

export interface HookTarget {
  readonly container: ContainerSpec;
  readonly containerId: string;
  readonly podIp: string;
}

/** Runs a postStart or preStop hook to its end; rejects when it failed, was cut off or took too long. */
export async function runLifecycleHook(
  deps: { readonly runtime: Pick<Runtime, 'exec'>; readonly timers: Timers },
  hook: LifecycleHandler,
  { container, containerId, podIp }: HookTarget,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<void> {
  if (hook.exec !== undefined) {
    const limits = { deadlineMs, maxOutputBytes: MAX_HOOK_OUTPUT_BYTES, signal };
    const args = hook.exec.command ?? [];
    const { exitCode, output } = await execCommand(deps.runtime, deps.timers, containerId, args, limits);
    if (exitCode === 0) return;
    const ended = exitCode === undefined ? 'did not end in time' : `exited with ${exitCode}`;
    throw new Error(`command '${args.join(' ')}' ${ended}: ${output}`);
  }
  if (hook.httpGet !== undefined) {
    const { status } = await httpGet(
      httpTarget(container, hook.httpGet, podIp),
      Math.min(deadlineMs, HTTP_HOOK_DEADLINE_MS),
      deps.timers,
    );
    if (status >= 400) throw new Error(`HTTP hook answered ${status}`);
    return;
  }
  if (hook.sleep !== undefined) await deps.timers.sleep(Math.min(hook.sleep.seconds * 1000, deadlineMs), signal);
}
