import { BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import type { NodeRole } from './node-role.ts';
import type { ServerSettings } from './server-options.ts';
import { serverReady } from './server-ready.ts';

/** A server has the one store that its settings name. */
export function serverRole({ storeEndpoints }: ServerSettings): NodeRole {
  const [first, other] = storeEndpoints === '' ? ['store-sqlite', 'store-etcd'] : ['store-etcd', 'store-sqlite'];
  const plugins = Object.entries(BUILTIN_PLUGINS).filter(([name]) => name !== other);
  return { plugins: Object.fromEntries(plugins), first, ready: serverReady };
}
