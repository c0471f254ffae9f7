import type { ContainerRecord, ContainerView, WaitingReason } from '../plan/container-record.ts';
import type { Pod } from '../pod.ts';
import { ContainerProbes, type ProbeDeps } from '../probes/container-probes.ts';
import type { ContainerKills } from './container-kills.ts';
import { containersOf, statusesOf, type KnownPod } from './pod-records.ts';

interface StateDeps {
  readonly probes: Omit<ProbeDeps, 'changed' | 'failed' | 'probed'>;
  readonly changed: () => void;
  readonly probeFailed: (name: string, message: string) => void;
  readonly probed: (name: string, ...probe: Parameters<ProbeDeps['probed']>) => void;
  readonly kills: ContainerKills;
}

/** What this process knows of a pod's containers beyond records: hooks, probes, why they wait. */
export class ContainerStates implements Disposable {
  /** Containers whose postStart hook has not come back. */
  readonly hooks = new Map<string, AbortController>();
  /** Running containers whose postStart hook failed. */
  readonly brokenHooks = new Set<string>();
  readonly waiting = new Map<string, WaitingReason>();
  readonly #deps: StateDeps;
  readonly #probes = new Map<string, ContainerProbes>();

  constructor(deps: StateDeps) {
    this.#deps = deps;
  }

  /** Probes run beside running containers and end with them. */
  follow(pod: Pod, { attempts }: KnownPod, podIp: string): void {
    for (const container of containersOf(pod)) {
      const latest = attempts.get(container.name)?.[0];
      const probes = this.#probes.get(container.name);
      const running = latest?.state === 'running' && latest.inSandbox ? latest : undefined;
      if (probes !== undefined && probes.containerId !== running?.id) {
        probes[Symbol.dispose]();
        this.#probes.delete(container.name);
      }
      if (running === undefined || probes?.containerId === running.id) continue;
      const failed = (_kind: string, message: string): void => this.#deps.probeFailed(container.name, message);
      const probed: ProbeDeps['probed'] = (...probe) => this.#deps.probed(container.name, ...probe);
      const target = {
        container,
        containerId: running.id,
        startedAtMs: running.startedAtMs,
        podIp,
        known: knownBefore(pod, running),
      };
      this.#probes.set(
        container.name,
        new ContainerProbes({ ...this.#deps.probes, changed: this.#deps.changed, failed, probed }, target),
      );
    }
  }

  stopLiveness(): void {
    for (const probes of this.#probes.values()) probes.stopLiveness();
  }

  views(pod: Pod, { attempts }: KnownPod): ReadonlyMap<string, ContainerView> {
    const views = new Map<string, ContainerView>();
    for (const { name } of containersOf(pod)) {
      const [latest, previous] = attempts.get(name) ?? [];
      const probes = this.#probes.get(name);
      const id = latest?.id ?? '';
      views.set(name, {
        latest,
        previous,
        hookRunning: this.hooks.has(id),
        killing: this.#deps.kills.has(id),
        unhealthy: this.brokenHooks.has(id) ? 'hook' : probes?.unhealthy,
        started: probes?.started === true && !this.hooks.has(id),
        ready: probes?.ready === true && !this.hooks.has(id),
        waiting: this.waiting.get(name),
      });
    }
    return views;
  }

  [Symbol.dispose](): void {
    for (const probes of this.#probes.values()) probes[Symbol.dispose]();
    for (const hook of this.hooks.values()) hook.abort();
    this.#probes.clear();
  }
}

/** What an earlier daemon reported of this very container (KEP-4781): a restart makes nothing unready. */
function knownBefore(pod: Pod, { id }: ContainerRecord): { started: boolean; ready: boolean } | undefined {
  const status = statusesOf(pod).find(({ containerID }) => containerID === `tiphys://${id}`);
  return status === undefined ? undefined : { started: status.started === true, ready: status.ready };
}
