import { describe, expect, it } from 'vitest';
import type { PluginCrash } from '../../src/kernel/crash-log.ts';
import { crashEvent } from './crash-event.ts';

const crash: PluginCrash = {
  plugin: 'web',
  atMs: 0,
  kind: 'threw',
  message: 'boom',
  outcome: { kind: 'PluginRestarts', inMs: 1000, crashes: 1 },
};

describe('crashEvent', () => {
  it.each([
    ['PluginCrashed Plugin web crashed: boom; it starts again in 1s', {}],
    [
      'PluginCrashed Plugin web crashed: boom; it starts again in 4s (crash 3 in a row)',
      { outcome: { kind: 'PluginRestarts', inMs: 4000, crashes: 3 } },
    ],
    [
      'PluginCrashed Plugin web crashed: boom; the server was started anew, pods ran on',
      { outcome: { kind: 'ServerRestarted', inMs: 0 } },
    ],
    [
      'PluginStalled Plugin web kept the event loop from going on: boom; ' +
        'the server was started anew, pods ran on; the plugin starts again in 10s',
      { kind: 'stalled', outcome: { kind: 'ServerRestarted', inMs: 10_000 } },
    ],
    [
      'PluginStalled Plugin web kept the event loop from going on: boom; ' +
        'the server was started anew without it; it is left out until its file changes',
      { kind: 'stalled', outcome: { kind: 'LeftOut' } },
    ],
    [
      'ServerStalled The server kept the event loop from going on: boom; the server was started anew, pods ran on',
      { plugin: undefined, kind: 'stalled', outcome: { kind: 'ServerRestarted', inMs: 0 } },
    ],
  ] as const)('%s', (told, change) => {
    const { reason, message } = crashEvent({ ...crash, ...change });
    expect(`${reason} ${message}`).toBe(told);
  });
});
