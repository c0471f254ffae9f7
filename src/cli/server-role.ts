import { BUILTIN_PLUGINS, SEALED_STORES } from '../../plugins/builtin.ts';
import { isEncryptionAsked } from './encryption-options.ts';
import type { NodeRole } from './node-role.ts';
import { isOpenIdAsked } from './openid-options.ts';
import type { ServerSettings } from './server-options.ts';
import { serverReady } from './server-ready.ts';

/** A server has the one store that its settings name, and of what is there for who asks only what they ask for. */
export function serverRole(settings: ServerSettings): NodeRole {
  const [store, other] =
    settings['storeEndpoints'] === '' ? ['store-sqlite', 'store-etcd'] : ['store-etcd', 'store-sqlite'];
  const isSealed = isEncryptionAsked(settings);
  const left = new Set([other, ...(isOpenIdAsked(settings) ? [] : ['openid']), ...(isSealed ? [] : ['encryption'])]);
  const all = isSealed ? { ...BUILTIN_PLUGINS, ...SEALED_STORES } : BUILTIN_PLUGINS;
  const plugins = Object.entries(all).filter(([name]) => !left.has(name));
  const first = isSealed ? ['encryption', store] : [store];
  return { plugins: Object.fromEntries(plugins), first, ready: serverReady };
}
