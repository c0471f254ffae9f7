import { definePlugin } from '../../src/kernel/plugin.ts';
import { startStore, STORE_SQLITE } from './start-store.ts';

export default definePlugin({ ...STORE_SQLITE, start: context => startStore(context) });
