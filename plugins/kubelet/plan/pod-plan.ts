import type { ContainerSpec, PodSpec } from '../pod.ts';
import { restartTime } from './restart-time.ts';
import { NOTHING_KNOWN, type ContainerRecord, type ContainerView } from './container-record.ts';
import { isSidecar, mayRestart } from './restart-policy.ts';

export interface PlanInput {
  readonly spec: PodSpec;
  readonly views: ReadonlyMap<string, ContainerView>;
  /** Running containers that get other resources by a new start only, by name. */
  readonly restarts: ReadonlySet<string>;
  readonly specHashOf: (container: ContainerSpec) => string;
  /** How much is left of a wait of `spanMs` that ends at `untilMs`, 0 when it is over. */
  readonly leftMs: (untilMs: number, spanMs: number) => number;
}

export interface PodPlan {
  /** In this order; each may start once the one before was started. */
  readonly start: readonly PlannedStart[];
  readonly kill: readonly PlannedKill[];
  /** Containers that wait for their back-off to pass, and how long it is in all. */
  readonly backingOff: ReadonlyMap<string, number>;
  /** When to plan again although nothing happened. */
  readonly wakeInMs: number | undefined;
  /** Nothing of this pod will run again, save what still has to be stopped. */
  readonly finished: boolean;
}

export interface PlannedStart {
  readonly container: ContainerSpec;
  readonly attempt: number;
  readonly backOffMs: number;
}

export interface PlannedKill {
  readonly name: string;
  readonly id: string;
  /** The event's message. */
  readonly message: string;
  readonly cause: 'liveness' | 'startup' | 'hook' | 'changed' | 'resize';
}

/** What a pod that shall run needs next. */
export function planPod(input: PlanInput): PodPlan {
  const plan = new PlanBuilder(input);
  const { spec } = input;
  for (const container of spec.ephemeralContainers ?? []) plan.once(container);
  const apps = spec.containers;
  if (apps.every(app => plan.isOver(app))) return plan.result(true);
  const appsBegan = apps.some(app => plan.view(app).latest?.inSandbox === true);
  const init = planInit(plan, spec, appsBegan);
  if (init === 'failed') return plan.result(true);
  if (init === 'done') {
    for (const app of apps) {
      plan.keepRunning(app);
      if (plan.view(app).hookRunning) break;
    }
  }
  return plan.result(false);
}

function planInit(plan: PlanBuilder, spec: PodSpec, appsBegan: boolean): 'done' | 'pending' | 'failed' {
  for (const container of spec.initContainers ?? []) {
    const view = plan.view(container);
    if (isSidecar(container)) {
      plan.keepRunning(container);
      const up = view.latest?.state === 'running' && view.started && !view.hookRunning && !view.killing;
      if (!up && !appsBegan) return 'pending';
      continue;
    }
    if (appsBegan) continue;
    const { latest } = view;
    if (latest?.inSandbox === true && latest.exit?.exitCode === 0) continue;
    if (latest?.inSandbox === true && plan.isOver(container)) return 'failed';
    plan.keepRunning(container);
    return 'pending';
  }
  return 'done';
}

class PlanBuilder {
  readonly #input: PlanInput;
  readonly #start: PlannedStart[] = [];
  readonly #kill: PlannedKill[] = [];
  readonly #backingOff = new Map<string, number>();
  #wakeInMs: number | undefined;

  constructor(input: PlanInput) {
    this.#input = input;
  }

  view(container: ContainerSpec): ContainerView {
    return this.#input.views.get(container.name) ?? NOTHING_KNOWN;
  }

  /** It ran and its policy says that this was all. */
  isOver(container: ContainerSpec): boolean {
    const exit = this.view(container).latest?.exit;
    if (exit === undefined || exit === null) return false;
    return !mayRestart(container, this.#input.spec.restartPolicy, exit.exitCode);
  }

  once(container: ContainerSpec): void {
    if (this.view(container).latest === undefined) this.#start.push({ container, attempt: 0, backOffMs: 0 });
  }

  keepRunning(container: ContainerSpec): void {
    const { latest } = this.view(container);
    if (latest === undefined) this.once(container);
    else if (latest.state === 'running') this.#judgeRunning(container, latest);
    else if (!this.isOver(container) || !latest.inSandbox) this.#restart(container, latest);
  }

  #judgeRunning(container: ContainerSpec, latest: ContainerRecord): void {
    const { killing, unhealthy } = this.view(container);
    if (killing) return;
    const changed = latest.specHash !== this.#input.specHashOf(container);
    const cause = changed ? 'changed' : this.#input.restarts.has(container.name) ? 'resize' : unhealthy;
    if (cause === undefined) return;
    const again = changed || mayRestart(container, this.#input.spec.restartPolicy, 1) ? ', will be restarted' : '';
    const said = {
      changed: 'definition changed',
      liveness: 'failed liveness probe',
      startup: 'failed startup probe',
      hook: 'failed postStart hook',
      resize: 'resize requires restart',
    }[cause];
    const isSaid = cause === 'resize' ? '' : again;
    const message = cause === 'hook' ? 'FailedPostStartHook' : `Container ${container.name} ${said}${isSaid}`;
    this.#kill.push({ name: container.name, id: latest.id, message, cause });
  }

  #restart(container: ContainerSpec, latest: ContainerRecord): void {
    if (this.isOver(container) && !isInit(this.#input.spec, container)) return;
    const { notBeforeMs, delayMs, nextDelayMs } = restartTime(latest);
    const leftMs = this.#input.leftMs(notBeforeMs, delayMs);
    if (leftMs > 0) {
      this.#backingOff.set(container.name, delayMs);
      this.#wakeInMs = Math.min(this.#wakeInMs ?? Infinity, leftMs);
      return;
    }
    this.#start.push({ container, attempt: latest.attempt + 1, backOffMs: nextDelayMs });
  }

  result(finished: boolean): PodPlan {
    return {
      start: finished ? [] : this.#start,
      kill: this.#kill,
      backingOff: this.#backingOff,
      wakeInMs: this.#wakeInMs,
      finished,
    };
  }
}

const isInit = (spec: PodSpec, container: ContainerSpec): boolean =>
  (spec.initContainers ?? []).some(({ name }) => name === container.name);
