import { messageOf } from '../../../src/base/message-of.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { foreignClaim, ownClaimName } from '../../kinds/core/v1/pod-claims.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';

/** Makes the claims that pods have for themselves; they go with their pod, which owns them. */
export const ephemeralClaims = defineController({
  name: 'ephemeral-volume-controller',
  primary: Pod,
  owned: { claims: PersistentVolumeClaim },
  writes: [PersistentVolumeClaim.can('create')],
  concerns: ({ metadata, spec }) =>
    metadata.deletionTimestamp === undefined && (spec.volumes ?? []).some(({ ephemeral }) => ephemeral !== undefined),
  async reconcile({ object: pod, caches, client, event }) {
    for (const volume of pod.spec.volumes ?? []) {
      const template = volume.ephemeral?.volumeClaimTemplate;
      if (template === undefined) continue;
      const name = ownClaimName(pod, volume);
      const claim = caches.of(PersistentVolumeClaim).get(name, pod.metadata.namespace);
      try {
        const problem = claim === undefined ? undefined : foreignClaim(pod, claim);
        if (problem !== undefined) throw new Error(problem);
        if (claim !== undefined) continue;
        const { labels, annotations } = template.metadata ?? {};
        const metadata = { name, ...(labels && { labels }), ...(annotations && { annotations }) };
        await client.createOwned(PersistentVolumeClaim, { metadata, spec: template.spec });
      } catch (error) {
        const reason = messageOf(error);
        const what = claim === undefined ? `create PVC ${name}: ${reason}` : reason;
        event('Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${what}`);
        throw error;
      }
    }
    return {};
  },
});
