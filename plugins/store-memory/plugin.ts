import { definePlugin } from '../../src/kernel/plugin.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { store } from '../../src/store/store.ts';

/** In place of `store-sqlite` where nothing has to outlive the process. */
export default definePlugin({
  name: 'store-memory',
  description: 'Keeps all objects in memory only',
  essential: true,
  provides: [store],
  start(context) {
    const memory = createMemoryStore(context.world);
    context.provide(store, memory);
    context.defer(async () => {
      await memory[Symbol.asyncDispose]();
    });
  },
});
