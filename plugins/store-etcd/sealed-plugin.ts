import { definePlugin } from '../../src/kernel/plugin.ts';
import { atRest } from '../../src/store/at-rest.ts';
import { startStore, STORE_ETCD } from './start-store.ts';

/** The same store, in which values are sealed. */
export default definePlugin({
  ...STORE_ETCD,
  needs: { atRest },
  start: context => startStore(context, context.needs.atRest),
});
