import { clients } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { admission } from '../apiserver/contract.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { podSecurity } from './pod-security.ts';

export default definePlugin({
  name: 'pod-security',
  essential: true,
  description: 'holds pods to the level of the Pod Security Standards that their namespace is labelled with',
  needs: { clients, caches },
  start({ needs, contribute }) {
    const client = needs.clients.as(LOOPBACK_USER);
    const namespaces = needs.caches.of(Namespace);
    const pods = needs.caches.of(Pod);
    contribute(
      admission,
      podSecurity({
        labelsOf: async name => {
          // One that was just made may not be seen yet.
          const seen = namespaces.get(name);
          return seen === undefined ? liveLabels(name) : seen.metadata.labels;
        },
        podsOf: async namespace => {
          await pods.synced;
          return pods.list(namespace);
        },
      }),
    );
    async function liveLabels(name: string) {
      try {
        return (await client.get(Namespace, { name })).metadata.labels;
      } catch (error) {
        if (isStatusError(error, 'NotFound')) return undefined;
        throw error;
      }
    }
  },
});
