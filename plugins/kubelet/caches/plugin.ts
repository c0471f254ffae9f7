import { clients } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { ObjectOf, Resource } from '../../../src/api/resource.ts';
import { ownNodeName } from '../../../src/base/own-node-name.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { object, string } from '../../../src/schema/schema.ts';
import { caches, type Cache, type Caches } from '../../../src/sdk/caches.ts';
import { createCaches } from '../../../src/sdk/create-caches.ts';
import type { ReflectorOptions, View } from '../../../src/sdk/reflector.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { REFERENCES_MS } from '../limits.ts';
import { podReferences } from '../worker/pod-references.ts';
import { ReferencedObjects } from './referenced-objects.ts';

/** In the place of the server's caches, on a node that has no server: it sees no more than a kubelet may. */
export default definePlugin({
  name: 'caches',
  description: 'what a node sees of the cluster: its own pods, what those read, and where services are',
  essential: true,
  config: object({ nodeName: string().default('').doc('name of this node; the host’s name when empty') }),
  needs: { clients },
  provides: [caches],
  start({ config, needs, world, log, signal, provide }) {
    const nodeName = ownNodeName(config.nodeName, world.network);
    const client = needs.clients.as({ name: `system:node:${nodeName}`, groups: ['system:nodes'] });
    provide(caches, nodeCaches({ client, world, log, signal }, nodeName));
  },
});

export function nodeCaches(options: ReflectorOptions, nodeName: string): Caches {
  const configMaps = new ReferencedObjects(ConfigMap, options);
  const secrets = new ReferencedObjects(Secret, options);
  const known = new Set<string>();
  /** A pod is shown with what it reads, or it would be told that this is missing; yet it does not wait for ever. */
  const follow = async (pods: readonly AnyObject[]): Promise<void> => {
    const waits = pods
      .filter(({ metadata }) => !known.has(metadata.uid))
      .flatMap(pod => {
        const { uid, namespace = '' } = pod.metadata;
        known.add(uid);
        // Those of the cache of pods.
        const read = podReferences(pod as ObjectOf<typeof Pod>);
        return [configMaps.follow(uid, namespace, read.configMaps), secrets.follow(uid, namespace, read.secrets)];
      });
    if (waits.length > 0) await Promise.race([Promise.all(waits), options.world.timers.sleep(REFERENCES_MS)]);
  };
  const views = new Map<Resource, View>([[Pod, { fieldSelector: `spec.nodeName=${nodeName}`, before: follow }]]);
  const all = createCaches(options, resource => views.get(resource) ?? {});
  all.of(Pod).subscribe({
    changed: () => undefined,
    removed: ({ metadata: { uid } }) => {
      known.delete(uid);
      for (const objects of [configMaps, secrets]) objects.forget(uid);
    },
  });
  const own = new Map<Resource, Cache<never>>([
    [ConfigMap, configMaps.cache as unknown as Cache<never>],
    [Secret, secrets.cache as unknown as Cache<never>],
  ]);
  return {
    // One resource has one object type, and each is filed under its own.
    of: <R extends Resource>(resource: R) =>
      (own.get(resource) as unknown as Cache<ObjectOf<R>> | undefined) ?? all.of(resource),
  };
}
