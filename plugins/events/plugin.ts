import { definePlugin } from '../../src/kernel/plugin.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { Recorder } from './recorder.ts';

export default definePlugin({
  name: 'events',
  description: 'writes events, counting repeated ones',
  provides: [eventRecorders],
  start: context => {
    const { world, log } = context;
    context.provide(eventRecorders, { recorder: (client, source) => new Recorder(client, source, world, log) });
  },
});
