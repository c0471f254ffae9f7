import { caches, ConfigMap, definePlugin } from 'tiphys/sdk';

/** Says that nothing may be done without it, and throws when a ConfigMap `sabotage-vital` changes. */
export default definePlugin({
  name: 'vital',
  essential: true,
  needs: { caches },
  start: ({ needs, world, defer }) => {
    const subscription = needs.caches.of(ConfigMap).subscribe({
      changed: ({ metadata }, before) => {
        if (metadata.name !== 'sabotage-vital' || before === undefined) return;
        world.timers.after(0, () => {
          throw new Error('thrown on purpose');
        });
      },
      removed: () => undefined,
    });
    defer(() => subscription[Symbol.dispose]());
  },
});
