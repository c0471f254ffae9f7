import { definePlugin } from '../../src/kernel/plugin.ts';
import { startStore, STORE_ETCD } from './start-store.ts';

export default definePlugin({ ...STORE_ETCD, start: context => startStore(context) });
