import { definePlugin } from '../../../src/kernel/plugin.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { policyCaches } from '../contract.ts';

/** Beside the API server everything is seen anyway. */
export default definePlugin({
  name: 'policy-caches',
  description: 'what network policies are about: pods of all nodes',
  needs: { caches },
  provides: [policyCaches],
  start: ({ needs, provide }) => provide(policyCaches, needs.caches),
});
