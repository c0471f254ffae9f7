import type { AnyPlugin } from '../kernel/plugin.ts';
import { applyDefaults } from '../schema/defaults.ts';
import type { ServerSettings } from './server-options.ts';

/**
 * What one plugin is configured with: the server's settings it declares by name, then what the file's
 * `plugins.<name>` says, then the defaults of its schema.
 */
export function pluginConfigOf(plugin: AnyPlugin, settings: ServerSettings): unknown {
  const schema = plugin.config?.node;
  if (schema === undefined || schema.kind !== 'object') return {};
  const own = ownSettings(plugin.name, settings);
  const given = Object.fromEntries(
    Object.keys(schema.props)
      .map(name => [name, own[name] ?? settings[name]] as const)
      .filter(([, value]) => value !== undefined),
  );
  return applyDefaults(schema, given);
}

function ownSettings(name: string, settings: ServerSettings): Readonly<Record<string, unknown>> {
  const { plugins } = settings;
  if (typeof plugins !== 'object' || plugins === null) return {};
  const own: unknown = Object.entries(plugins).find(([key]) => key === name)?.[1];
  return typeof own === 'object' && own !== null ? (own as Record<string, unknown>) : {};
}
