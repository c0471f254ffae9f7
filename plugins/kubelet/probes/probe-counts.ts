import type { Metric } from '../../../src/base/metric.ts';
import type { Pod } from '../pod.ts';
import type { ProbeKind } from './probe-tally.ts';

export type ProbeVerdict = 'successful' | 'failed' | 'unknown';

/** How often pods of this node were probed, by how that ended; forgotten with the pod. */
export class ProbeCounts {
  readonly #ofPods = new Map<string, Map<string, { readonly labels: Labels; count: number }>>();

  count({ metadata }: Pick<Pod, 'metadata'>, container: string, kind: ProbeKind, result: ProbeVerdict): void {
    const { uid, name, namespace = '' } = metadata;
    const ofPod = this.#ofPods.get(uid) ?? new Map<string, { readonly labels: Labels; count: number }>();
    this.#ofPods.set(uid, ofPod);
    const key = `${container} ${kind} ${result}`;
    const known = ofPod.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const labels = { container, namespace, pod: name, pod_uid: uid, probe_type: PROBE_TYPES[kind], result };
    ofPod.set(key, { labels, count: 1 });
  }

  forget(podUid: string): void {
    this.#ofPods.delete(podUid);
  }

  /** `/metrics/probes`. */
  metrics(): readonly Metric[] {
    const counts = [...this.#ofPods.values()].flatMap(ofPod => [...ofPod.values()]);
    return [
      {
        name: 'prober_probe_total',
        help: 'Cumulative number of a liveness, readiness or startup probe for a container by result.',
        type: 'counter',
        samples: counts.map(({ labels, count }) => ({ labels, value: count })),
      },
    ];
  }
}

type Labels = Readonly<Record<string, string>>;
const PROBE_TYPES: Readonly<Record<ProbeKind, string>> = {
  liveness: 'Liveness',
  readiness: 'Readiness',
  startup: 'Startup',
};
