import type { Permission, Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { defineController, reads, type Controller } from '../../../src/sdk/controller.ts';
import { HorizontalPodAutoscaler } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { AutoscalerPass } from './autoscaler-pass.ts';
import { SYNC_MS } from './limits.ts';
import { MetricsReader } from './read-metrics.ts';
import { NO_HISTORY, type ScaleHistory } from './scale-history.ts';
import { PodSelections } from './selected-pods.ts';

interface Past {
  readonly uid: string;
  readonly spec: HorizontalPodAutoscaler['spec'];
  readonly atMs: number;
  readonly history: ScaleHistory;
}

const NAME = 'horizontal-pod-autoscaler';
const read = (...resources: readonly [group: string, resource: string, ...verbs: string[]]): Permission => {
  const [group, resource, ...verbs] = resources;
  return { apiGroups: [group], resources: [resource], verbs };
};

/**
 * Scales what autoscalers point at by metrics, looking at each every fifteen seconds and when its spec changes. What it
 * found before is kept in this process: recommendations of the last minutes hold a fall back.
 */
export function horizontalPodAutoscaler(
  get: (path: string) => Promise<unknown>,
  resources: () => readonly Resource[],
): Controller {
  const resourceOf = (kind: string, group: string): string | undefined => {
    const found = resources().find(each => each.kind === kind && each.group === group);
    return found && qualified(found);
  };
  const reader = new MetricsReader(get, resourceOf);
  const selections = new PodSelections();
  const pasts = new Map<string, Past>();
  return defineController({
    name: NAME,
    primary: HorizontalPodAutoscaler,
    reads: [reads(Pod)],
    writes: [
      HorizontalPodAutoscaler.canOn('status', 'update'),
      read('*', '*/scale', 'get', 'patch', 'update'),
      read('metrics.k8s.io', 'pods', 'list'),
      read('custom.metrics.k8s.io', '*', 'get', 'list'),
      read('external.metrics.k8s.io', '*', 'get', 'list'),
    ],
    // Servers of metrics are waited for.
    workers: 5,

    async reconcile(context) {
      const { object, nowMs } = context;
      const { name, namespace = '', uid } = object.metadata;
      const key = `${namespace}/${name}`;
      const found = pasts.get(key);
      const past = found?.uid === uid ? found : undefined;
      const leftMs = past === undefined ? 0 : past.atMs + SYNC_MS - nowMs;
      // Its own status wakes it, too.
      if (past !== undefined && leftMs > 0 && isDeepEqual(past.spec, object.spec)) return { requeueAfterMs: leftMs };
      const deps = { reader, resources: resources(), selections };
      const { status, history } = await new AutoscalerPass(deps, context, past?.history ?? NO_HISTORY).run();
      pasts.set(key, { uid, spec: object.spec, atMs: nowMs, history });
      return { status, requeueAfterMs: SYNC_MS };
    },

    async removed({ key: { name, namespace = '' } }) {
      pasts.delete(`${namespace}/${name}`);
      selections.forget(`${namespace}/${name}`);
    },
  });
}
