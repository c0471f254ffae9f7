import type { Client } from '../../src/api/client.ts';
import type { Resource } from '../../src/api/resource.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { defineController, reads, type Controller, type WatchContext } from '../../src/sdk/controller.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { amountsOf, isEqual, listOf, ofNames } from './amounts.ts';
import { RECOUNT_MS } from './limits.ts';
import type { NewestQuotas } from './newest-quotas.ts';
import type { QuotaDesk } from './quota-desk.ts';
import type { QuotaTally } from './quota-tally.ts';

export interface QuotaControllerOptions {
  readonly desk: QuotaDesk;
  readonly quotas: NewestQuotas;
  /** A new tally each time the controller starts. */
  tallyOf(this: void, watch: WatchContext): QuotaTally;
}

/** Kinds of which more is counted than how many there are, by plural and group. */
export const SPECIAL_KINDS: Readonly<Record<string, Resource>> = {
  pods: Pod,
  services: Service,
  persistentvolumeclaims: PersistentVolumeClaim,
  'resourceclaims.resource.k8s.io': ResourceClaim,
};

/** Keeps the status of quotas what their namespaces hold: counts anew what admission alone cannot know. */
export function quotaController({ desk, quotas, tallyOf }: QuotaControllerOptions): Controller {
  let tally: QuotaTally | undefined;
  return defineController({
    name: 'resourcequota-controller',
    primary: ResourceQuota,
    reads: Object.values(SPECIAL_KINDS).map(resource => reads(resource)),
    writes: [{ apiGroups: ['*'], resources: ['*'], verbs: ['list', 'watch'] }, ResourceQuota.canOn('status', 'update')],
    watches: context => void (tally = tallyOf(context)),

    async reconcile({ object, client, nowMs }) {
      if (tally === undefined) return {};
      const restMs = tally.restMs(object, nowMs);
      if (restMs > 0) return { requeueAfterMs: restMs };
      const { name, namespace = '' } = object.metadata;
      const counting = tally;
      await desk.inTurn(namespace, async () => {
        const quota = quotas.get(name, namespace);
        if (quota === undefined) return;
        counting.counted(quota, nowMs);
        await writeUsage(client, quotas, quota, counting, nowMs);
      });
      return { requeueAfterMs: RECOUNT_MS };
    },
    removed: ({ key }) => {
      tally?.forget(key);
      return Promise.resolve();
    },
  });
}

async function writeUsage(
  client: Client,
  quotas: NewestQuotas,
  quota: ResourceQuota,
  tally: QuotaTally,
  nowMs: number,
): Promise<void> {
  const { spec, status } = quota;
  const hard = amountsOf(spec.hard);
  const before = amountsOf(status.used);
  const used = ofNames(new Map([...before, ...tally.count(quota, nowMs)]), new Set(hard.keys()));
  if (isEqual(hard, amountsOf(status.hard)) && isEqual(used, before)) return;
  try {
    const next = { hard: listOf(hard), used: listOf(used) };
    quotas.wrote(await client.updateStatus(ResourceQuota, { ...quota, status: next }));
  } catch (error) {
    tally.failed(quota);
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
