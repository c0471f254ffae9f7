import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENT_PLUGINS, BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import { openSqliteStore } from '../../plugins/store-sqlite/sqlite-store.ts';
import type { World } from '../base/world.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/**
 * Fills the compile cache with what servers and agents load, so that a first start is as quick and as small as later
 * ones.
 */
export async function compileAhead(world: World): Promise<void> {
  for (const load of [...Object.values(BUILTIN_PLUGINS), ...Object.values(AGENT_PLUGINS)]) await load();
  // The store's thread has a cache of its own.
  const folder = join(CACHE, `tiphys-compile-${world.processes.pid}`);
  await world.files.mkdir(folder, { recursive: true });
  try {
    await using _store = await openSqliteStore({ folder, world });
  } finally {
    await world.files.rm(folder, { recursive: true });
  }
}
