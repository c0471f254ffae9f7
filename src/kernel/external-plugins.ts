import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../base/message-of.ts';
import type { World } from '../base/world.ts';
import type { AnyPlugin } from './plugin.ts';

/** Why a file of the plugins folder is not a plugin, or the folder is none. */
export class PluginFileError extends Error {
  readonly code = 'BadPluginFile';
  readonly path: string;
  constructor(path: string, message: string, cause?: unknown) {
    super(`${path}: ${message}`, { cause });
    this.name = 'PluginFileError';
    this.path = path;
  }
}

/** The `.ts` and `.js` files of `folder`, in order of name. */
export async function pluginFilesIn(world: World, folder: string): Promise<readonly string[]> {
  const names = (await filesOf(world, folder)).filter(name => /(?<!\.d|\.test)\.(ts|js|mjs)$/.test(name));
  return names.sort().map(name => resolve(join(folder, name)));
}

async function filesOf(world: World, folder: string): Promise<readonly string[]> {
  try {
    return await world.files.readdir(folder);
  } catch (error) {
    throw new PluginFileError(folder, `the folder of plugins cannot be read: ${messageOf(error)}`, error);
  }
}

/**
 * Imports the plugin that a file exports. `sdk` maps the public module names such as `tiphys/sdk` to the files
 * this process already runs, so that both share one instance.
 */
export async function loadPlugin(path: string, sdk: ReadonlyMap<string, URL>): Promise<AnyPlugin> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const own = sdk.get(specifier);
      return own === undefined ? next(specifier, context) : { url: own.href, shortCircuit: true };
    },
  });
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new PluginFileError(path, messageOf(error), error);
  } finally {
    hooks.deregister();
  }
  if (!isPlugin(module.default))
    throw new PluginFileError(path, 'has no plugin as its default export (see definePlugin)');
  return module.default;
}

function isPlugin(value: unknown): value is AnyPlugin {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    value.name !== ''
  );
}
