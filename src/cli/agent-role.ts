import { AGENT_PLUGINS } from '../../plugins/builtin.ts';
import { nodeReady } from './node-ready.ts';
import type { NodeRole } from './node-role.ts';

export const AGENT_ROLE: NodeRole = {
  plugins: AGENT_PLUGINS,
  first: ['remote-api'],
  ready: async (kernel, _settings, report, hasNode) => {
    if (hasNode) await nodeReady(kernel, report);
  },
};
