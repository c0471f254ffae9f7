import { caches, ConfigMap, definePlugin } from 'tiphys/sdk';

/** Does what a ConfigMap `sabotage` tells it to, each time it sees one. */
export default definePlugin({
  name: 'saboteur',
  needs: { caches },
  start: ({ needs, world, defer }) => {
    const subscription = needs.caches.of(ConfigMap).subscribe({
      changed: ({ metadata, data }) => {
        if (metadata.name === 'sabotage') world.timers.after(0, () => crash(data?.['how'] ?? ''));
      },
      removed: () => undefined,
    });
    defer(() => subscription[Symbol.dispose]());
  },
});

function crash(how: string): void {
  if (how === 'throw') throw new Error('thrown on purpose');
  if (how === 'reject') void Promise.reject(new Error('rejected on purpose'));
  if (how === 'spin') for (;;);
}
