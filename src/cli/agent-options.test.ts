import { expect, it } from 'vitest';
import { hostWorld } from '../kernel/host-world.ts';
import { AGENT_OPTIONS } from './agent-options.ts';
import { readSettings } from './server-options.ts';

it('reads settings of an agent as a server does, and knows none that only a server has', async () => {
  const world = hostWorld();
  const env = { TIPHYS_TOKEN_FILE: '/token', TIPHYS_NODE_IP: '192.0.2.1', TIPHYS_HTTPS_PORT: '1' };
  const asked = { ...world, processes: { ...world.processes, env } };
  const settings = await readSettings(asked, { server: 'https://a:6443' }, '/nonexistent', AGENT_OPTIONS);
  expect(settings).toMatchObject({
    server: 'https://a:6443',
    tokenFile: '/token',
    nodeIp: '192.0.2.1',
    token: '',
    dataDir: '/var/lib/tiphys',
    kubeletPort: 10_250,
  });
  expect(settings).not.toHaveProperty('httpsPort');
});
