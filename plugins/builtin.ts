import type { AnyPlugin } from '../src/kernel/plugin.ts';

/** Every built-in plugin, loaded when a server starts. `--disable NAME` leaves one out. */
export const BUILTIN_PLUGINS: Readonly<Record<string, () => Promise<{ readonly default: AnyPlugin }>>> = {
  'store-sqlite': () => import('./store-sqlite/plugin.ts'),
  auth: () => import('./auth/plugin.ts'),
  kinds: () => import('./kinds/plugin.ts'),
  apiserver: () => import('./apiserver/plugin.ts'),
  caches: () => import('./caches/plugin.ts'),
  'service-accounts': () => import('./auth/service-accounts-plugin.ts'),
  rbac: () => import('./rbac/plugin.ts'),
  admission: () => import('./admission/plugin.ts'),
  'service-addresses': () => import('./service-addresses/plugin.ts'),
  certificates: () => import('./certificates/plugin.ts'),
  bootstrap: () => import('./bootstrap/plugin.ts'),
  'pod-subresources': () => import('./pod-subresources/plugin.ts'),
  events: () => import('./events/plugin.ts'),
  controllers: () => import('./controllers/plugin.ts'),
  scheduler: () => import('./scheduler/plugin.ts'),
  runtime: () => import('./runtime/plugin.ts'),
  images: () => import('./images/plugin.ts'),
  network: () => import('./network/plugin.ts'),
  peers: () => import('./network/peers-plugin.ts'),
  proxy: () => import('./proxy/plugin.ts'),
  dns: () => import('./dns/plugin.ts'),
  kubelet: () => import('./kubelet/plugin.ts'),
  manifests: () => import('./manifests/plugin.ts'),
};
