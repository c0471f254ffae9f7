import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { qualified } from '../../src/api/status-error.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { must } from '../../src/base/must.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { controllerOf } from '../../src/sdk/controller-reference.ts';
import { admission, type AdmissionRequest } from '../apiserver/contract.ts';
import { LimitRange } from '../kinds/core/v1/limit-range.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { Charges } from './charges.ts';
import { Evaluators } from './evaluators/evaluators.ts';
import { limitRanger } from './limit-ranger.ts';
import { NewestQuotas } from './newest-quotas.ts';
import { quotaAdmission } from './quota-admission.ts';
import { quotaController, SPECIAL_KINDS } from './quota-controller.ts';
import { QuotaDesk } from './quota-desk.ts';
import { QuotaTally } from './quota-tally.ts';

export default definePlugin({
  name: 'quota',
  essential: true,
  description: 'what the objects of a namespace may ask for, one by one (LimitRange) and together (ResourceQuota)',
  needs: { clients, caches },
  start({ needs, world, contribute, collect, follow, defer }) {
    const cache = needs.caches.of(ResourceQuota);
    const quotas = new NewestQuotas(cache);
    defer(() => quotas[Symbol.dispose]());
    const charges = new Charges();
    const [classes, pods] = [needs.caches.of(DeviceClass), needs.caches.of(Pod)];
    const evaluators = new Evaluators({
      extendedResourceOf: name => classes.get(name)?.spec.extendedResourceName,
      podOf: claim => pods.byUid(controllerOf(claim)?.uid ?? ''),
    });
    let tally: QuotaTally | undefined;
    const client = needs.clients.as(LOOPBACK_USER, { fieldManager: 'kube-apiserver' });
    const desk = new QuotaDesk({
      quotas,
      client,
      world,
      charged: ({ resource, object }) => {
        // Who does not count here does not need to know what is under way.
        const isCounted = tally?.kind(qualified(resource)) !== undefined;
        if (isCounted) charges.put(qualified(resource), must(object, 'what was charged'));
      },
      overcharged: namespace => tally?.wakeAll(namespace),
    });
    const ended = ({ resource, object, namespace }: AdmissionRequest, revision: number | undefined): void => {
      if (object === undefined || charges.get(object.metadata) === undefined) return;
      if (revision === undefined) {
        charges.end(object.metadata);
        tally?.wakeAll(namespace);
        return;
      }
      const kind = tally?.kind(qualified(resource));
      const seen = kind?.objects.byUid(object.metadata.uid);
      const isSeen = kind === undefined || Number(seen?.metadata.resourceVersion ?? 0) >= revision;
      if (isSeen) charges.end(object.metadata);
      else charges.stored(object.metadata, revision);
    };
    const hasQuotas = (namespace: string): boolean => cache.list(namespace).length > 0;
    contribute(
      admission,
      limitRanger(needs.caches.of(LimitRange)),
      quotaAdmission({ desk, evaluators, hasQuotas, synced: cache, ended }),
    );
    contribute(
      controllers,
      quotaController({
        desk,
        quotas,
        tallyOf: watch => {
          const cacheOf = ({ resource }: { readonly resource: string }) =>
            watch.caches.of(must(SPECIAL_KINDS[resource], 'the kind of an evaluator'));
          const made = new QuotaTally({ watch, charges, evaluators, cacheOf, resources: () => collect(resources) });
          tally = made;
          watch.signal.addEventListener('abort', () => {
            if (tally !== made) return;
            tally = undefined;
            charges.clear();
          });
          return made;
        },
      }),
    );
    const kindsChanged = (): void => queueMicrotask(() => tally?.kindsChanged());
    follow(resources, () => {
      kindsChanged();
      return { [Symbol.dispose]: kindsChanged };
    });
  },
});
