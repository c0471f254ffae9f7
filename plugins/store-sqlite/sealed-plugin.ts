import { definePlugin } from '../../src/kernel/plugin.ts';
import { atRest } from '../../src/store/at-rest.ts';
import { startStore, STORE_SQLITE } from './start-store.ts';

/** The same store, in whose files values are sealed. */
export default definePlugin({
  ...STORE_SQLITE,
  needs: { atRest },
  start: context => startStore(context, context.needs.atRest),
});
