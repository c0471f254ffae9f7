import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import { must } from '../../../src/base/must.ts';
import type { Runtime } from '../../runtime/contract.ts';
import type { ContainerSpec, Probe } from '../pod.ts';
import { countOutcome, NO_TALLY, type ProbeKind, type ProbeTally } from './probe-tally.ts';
import type { ProbeVerdict } from './probe-counts.ts';
import type { ProbeResult } from './probe-result.ts';
import { runProbe } from './run-probe.ts';

export interface ProbeDeps {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly runtime: Pick<Runtime, 'exec'>;
  /** Told whenever `started`, `ready` or `unhealthy` may read differently. */
  readonly changed: () => void;
  readonly failed: (kind: ProbeKind, message: string) => void;
  readonly probed: (kind: ProbeKind, result: ProbeVerdict) => void;
}

export interface ProbedContainer {
  readonly container: ContainerSpec;
  readonly containerId: string;
  readonly startedAtMs: number;
  readonly podIp: string;
  /** What an earlier daemon had found out about this very container. */
  readonly known: { readonly started: boolean; readonly ready: boolean } | undefined;
}

/** The probes of one running container, from its start to its end. */
export class ContainerProbes implements Disposable {
  readonly containerId: string;
  readonly #deps: ProbeDeps;
  readonly #target: ProbedContainer;
  readonly #timers = new Map<ProbeKind, Disposable>();
  readonly #tallies = new Map<ProbeKind, ProbeTally>();
  #started: boolean;
  #ready: boolean;
  #unhealthy: 'liveness' | 'startup' | undefined;
  #disposed = false;

  constructor(deps: ProbeDeps, target: ProbedContainer) {
    this.#deps = deps;
    this.#target = target;
    this.containerId = target.containerId;
    const { container, known } = target;
    this.#started = container.startupProbe === undefined || known?.started === true;
    this.#ready = container.readinessProbe === undefined || known?.ready === true;
    if (this.#started) this.#begin();
    else this.#schedule('startup', this.#initialDelay('startup'));
  }

  get started(): boolean {
    return this.#started;
  }
  get ready(): boolean {
    return this.#started && this.#ready;
  }
  get unhealthy(): 'liveness' | 'startup' | undefined {
    return this.#unhealthy;
  }

  /** A pod that ends is no longer asked whether it lives; whether it is ready is asked to the last. */
  stopLiveness(): void {
    for (const kind of ['liveness', 'startup'] as const) this.#timers.get(kind)?.[Symbol.dispose]();
    this.#timers.delete('liveness');
    this.#timers.delete('startup');
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  #begin(): void {
    for (const kind of ['liveness', 'readiness'] as const) {
      if (this.#probe(kind) !== undefined) this.#schedule(kind, this.#initialDelay(kind));
    }
  }

  #probe(kind: ProbeKind): Probe | undefined {
    const { container } = this.#target;
    return { liveness: container.livenessProbe, readiness: container.readinessProbe, startup: container.startupProbe }[
      kind
    ];
  }

  #initialDelay(kind: ProbeKind): number {
    const delayMs = (this.#probe(kind)?.initialDelaySeconds ?? 0) * 1000;
    const leftMs = this.#target.startedAtMs + delayMs - this.#deps.world.clock.now();
    return Math.min(delayMs, Math.max(0, leftMs));
  }

  #schedule(kind: ProbeKind, delayMs: number): void {
    if (this.#disposed) return;
    const timer = this.#deps.world.timers.after(delayMs, () => {
      this.#run(kind).catch((error: unknown) => this.#deps.failed(kind, String(error)));
    });
    this.#timers.set(kind, timer);
  }

  async #run(kind: ProbeKind): Promise<void> {
    const probe = must(this.#probe(kind), `container has a ${kind} probe`);
    const { world, runtime } = this.#deps;
    const beganMs = world.clock.monotonicMs();
    const result = await runProbe({ runtime, timers: world.timers }, probe, this.#target).catch((error: unknown) => {
      const reason = messageOf(error);
      if (!this.#disposed)
        this.#deps.failed(kind, `${titled(kind)} probe errored and resulted in unknown state: ${reason}`);
      return undefined;
    });
    if (this.#disposed || !this.#timers.has(kind)) return;
    this.#deps.probed(kind, result === undefined ? 'unknown' : VERDICTS[result.outcome]);
    if (result !== undefined) this.#count(kind, probe, result);
    if (kind === 'startup' && this.#started) return;
    if (kind !== 'readiness' && this.#unhealthy !== undefined) return;
    const periodMs = Math.max(1, probe.periodSeconds ?? 10) * 1000;
    const spentMs = world.clock.monotonicMs() - beganMs;
    this.#schedule(kind, Math.max(0, periodMs - spentMs));
  }

  #count(kind: ProbeKind, probe: Probe, { outcome, output }: ProbeResult): void {
    const tally = countOutcome(this.#tallies.get(kind) ?? NO_TALLY, outcome, probe);
    this.#tallies.set(kind, tally);
    if (outcome === 'failure') this.#deps.failed(kind, `${titled(kind)} probe failed: ${output}`);
    if (tally.verdict === undefined) return;
    const before = `${this.#started}${this.#ready}${this.#unhealthy}`;
    const good = tally.verdict === 'success';
    if (kind === 'readiness') this.#ready = good;
    else if (!good) this.#unhealthy = kind;
    else if (kind === 'startup') {
      this.#started = true;
      this.#begin();
    }
    if (before !== `${this.#started}${this.#ready}${this.#unhealthy}`) this.#deps.changed();
  }
}

const VERDICTS = { success: 'successful', failure: 'failed' } as const;

const titled = (kind: ProbeKind): string => kind.charAt(0).toUpperCase() + kind.slice(1);
