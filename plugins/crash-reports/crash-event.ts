import type { CrashOutcome, PluginCrash } from '../../src/kernel/crash-log.ts';

/** The Event that tells of a crash. */
export function crashEvent({ plugin, kind, message, outcome }: PluginCrash): {
  readonly reason: 'PluginCrashed' | 'PluginStalled' | 'ServerCrashed' | 'ServerStalled';
  readonly message: string;
} {
  const who = plugin === undefined ? 'The server' : `Plugin ${plugin}`;
  const what = kind === 'threw' ? `crashed: ${message}` : `kept the event loop from going on: ${message}`;
  const reason = `${plugin === undefined ? 'Server' : 'Plugin'}${kind === 'threw' ? 'Crashed' : 'Stalled'}` as const;
  return { reason, message: `${who} ${what}; ${consequence(plugin, outcome)}` };
}

function consequence(plugin: string | undefined, outcome: CrashOutcome): string {
  const seconds = 'inMs' in outcome ? `${outcome.inMs / 1000}s` : '';
  switch (outcome.kind) {
    case 'PluginRestarts':
      return `it starts again in ${seconds}${outcome.crashes > 1 ? ` (crash ${outcome.crashes} in a row)` : ''}`;
    case 'ServerRestarted':
      if (plugin === undefined || outcome.inMs === 0) return 'the server was started anew, pods ran on';
      return `the server was started anew, pods ran on; the plugin starts again in ${seconds}`;
    case 'LeftOut':
      return 'the server was started anew without it; it is left out until its file changes';
  }
}
