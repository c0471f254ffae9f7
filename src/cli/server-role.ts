import { BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import type { NodeRole } from './node-role.ts';
import { isOpenIdAsked } from './openid-options.ts';
import type { ServerSettings } from './server-options.ts';
import { serverReady } from './server-ready.ts';

/** A server has the one store that its settings name, and of what is there for who asks only what they ask for. */
export function serverRole(settings: ServerSettings): NodeRole {
  const [first, other] =
    settings['storeEndpoints'] === '' ? ['store-sqlite', 'store-etcd'] : ['store-etcd', 'store-sqlite'];
  const left = new Set([other, ...(isOpenIdAsked(settings) ? [] : ['openid'])]);
  const plugins = Object.entries(BUILTIN_PLUGINS).filter(([name]) => !left.has(name));
  return { plugins: Object.fromEntries(plugins), first, ready: serverReady };
}
