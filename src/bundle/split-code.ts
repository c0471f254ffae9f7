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
  const fileOf = (load: () => unknown): string =>
    join(root, 'plugins', must(/import\(['"](.+?)['"]\)/.exec(String(load))?.[1], 'a plugin is imported'));
  // A server with the settings it has by itself; what others ask for besides is loaded besides.
  const server = serverRole({ storeEndpoints: '' });
  return {
    [COMMANDS]: [main],
    main: [main],
    store: server.first.map(name => fileOf(must(BUILTIN_PLUGINS[name], 'what is first is a plugin'))),
    agent: Object.values(AGENT_PLUGINS).map(fileOf),
    server: Object.values(server.plugins).map(fileOf),
  };
}
