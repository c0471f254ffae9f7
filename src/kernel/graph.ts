import { CodedError } from '../base/coded-error.ts';
import type { AnyPlugin } from './plugin.ts';

/** Why a set of plugins cannot start. Found before any of them does. */
export class GraphError extends CodedError<GraphErrorCode> {
  readonly plugins: readonly string[];
  constructor(code: GraphErrorCode, plugins: readonly string[], message: string) {
    super(code, message);
    this.plugins = plugins;
  }
}
export type GraphErrorCode = 'DuplicatePlugin' | 'MissingProvider' | 'TwoProviders' | 'Cycle';

/** Each plugin with those that provide what it needs; in an order in which every provider comes first. */
export interface StartOrder {
  readonly order: readonly AnyPlugin[];
  readonly providersOf: ReadonlyMap<AnyPlugin, readonly AnyPlugin[]>;
}

export function startOrder(plugins: readonly AnyPlugin[]): StartOrder {
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) throw new GraphError('DuplicatePlugin', [name], `two plugins are called ${name}`);
    names.add(name);
  }
  const providers = providersById(plugins);
  const providersOf = new Map(plugins.map(plugin => [plugin, needed(plugin, providers)] as const));
  return { order: sorted(plugins, providersOf), providersOf };
}

function providersById(plugins: readonly AnyPlugin[]): ReadonlyMap<string, AnyPlugin> {
  const providers = new Map<string, AnyPlugin>();
  for (const plugin of plugins) {
    for (const { id } of plugin.provides ?? []) {
      const other = providers.get(id);
      if (other !== undefined) {
        const pair = [other.name, plugin.name];
        throw new GraphError('TwoProviders', pair, `both ${pair.join(' and ')} provide ${id}; disable one of them`);
      }
      providers.set(id, plugin);
    }
  }
  return providers;
}

function needed(plugin: AnyPlugin, providers: ReadonlyMap<string, AnyPlugin>): readonly AnyPlugin[] {
  return Object.values(plugin.needs ?? {}).map(({ id }) => {
    const provider = providers.get(id);
    if (provider === undefined) {
      throw new GraphError(
        'MissingProvider',
        [plugin.name],
        `plugin ${plugin.name} needs ${id}, which no plugin provides`,
      );
    }
    return provider;
  });
}

function sorted(
  plugins: readonly AnyPlugin[],
  providersOf: ReadonlyMap<AnyPlugin, readonly AnyPlugin[]>,
): readonly AnyPlugin[] {
  const order = new Set<AnyPlugin>();
  const visit = (plugin: AnyPlugin, path: readonly AnyPlugin[]): void => {
    if (order.has(plugin)) return;
    const start = path.indexOf(plugin);
    if (start >= 0) {
      const cycle = [...path.slice(start), plugin].map(({ name }) => name);
      throw new GraphError('Cycle', cycle, `plugins need each other in a circle: ${cycle.join(' -> ')}`);
    }
    for (const provider of providersOf.get(plugin) ?? []) visit(provider, [...path, plugin]);
    order.add(plugin);
  };
  for (const plugin of plugins) visit(plugin, []);
  return [...order];
}
