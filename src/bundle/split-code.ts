import { join } from 'node:path';
import type { OutputOptions } from 'rolldown';
import { AGENT_PLUGINS, BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import { must } from '../base/must.ts';
import { serverRole } from '../cli/server-role.ts';
import { loadedTogether, type Occasions } from './loaded-together.ts';

/**
 * How the code below `root`, begun with `main`, is split: files that are loaded on the same occasions lie in one.
 * What only some command loads, or what is loaded late, lies as the bundler sees fit.
 */
export function splitCode(
  root: string,
  main: string,
  isApart: (id: string) => boolean,
): NonNullable<OutputOptions['codeSplitting']> {
  const builtin = join(root, 'plugins/builtin.ts');
  let together: ReadonlyMap<string, string> | undefined;
  return {
    includeDependenciesRecursively: false,
    groups: [
      {
        debugName: 'loaded together',
        name: (id, context) => {
          together ??= loadedTogether(occasionsOf(root, main), (file, occasion) => {
            const { importedIds, dynamicallyImportedIds } = must(context.getModuleInfo(file), `${file} is bundled`);
            const late = occasion === COMMANDS && file !== builtin ? dynamicallyImportedIds : [];
            return [...importedIds, ...late].filter(each => !isApart(each));
          });
          const name = together.get(id);
          return name === undefined || name === COMMANDS ? null : name;
        },
      },
    ],
  };
}

const COMMANDS = 'commands';

function occasionsOf(root: string, main: string): Occasions {
  const pluginOf = (plugins: typeof BUILTIN_PLUGINS, name: string): string =>
    join(root, 'plugins', must(/import\(['"](.+?)['"]\)/.exec(String(plugins[name]))?.[1], `${name} is a plugin`));
  const begins = (role: 'server' | 'agent'): readonly string[] =>
    ['serve.ts', `${role}-role.ts`].map(file => join(root, 'src/cli', file));
  // A server with the settings it has by itself; what others ask for besides is loaded besides.
  const server = serverRole({ storeEndpoints: '' });
  return {
    [COMMANDS]: [main],
    main: [main],
    kubectl: ['run-kubectl.ts', 'own-terminal.ts', 'get/get.ts'].map(file => join(root, 'plugins/kubectl', file)),
    store: [...begins('server'), ...server.first.map(name => pluginOf(BUILTIN_PLUGINS, name))],
    agent: [...begins('agent'), ...Object.keys(AGENT_PLUGINS).map(name => pluginOf(AGENT_PLUGINS, name))],
    server: Object.keys(server.plugins).map(name => pluginOf(BUILTIN_PLUGINS, name)),
  };
}
