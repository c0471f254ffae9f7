import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'testing/peers-of-node.ts');

it('follows its peers: near ones are gateways, far ones are tunneled to, those that went leave nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tiphys-peers-'));
  const { stdout } = await promisify(execFile)('unshare', ['--net', process.execPath, SCRIPT, dataDir]);
  await rm(dataDir, { recursive: true, force: true });
  const steps = JSON.parse(stdout);
  const others = '10.42.77.0/24 via 192.0.2.77 dev eth0';
  const near = '10.42.1.0/24 via 192.0.2.2 dev eth0 proto 84 onlink';
  const far = '10.42.2.0/24 via 10.42.2.0 dev TUNNEL proto 84 onlink';
  const tunnel = expect.stringMatching(/^tp[0-9a-f]{6}v[0-9a-f]{6} 1350$/);
  expect(steps.alone).toEqual({ routes: [others], tunnel: '' });
  expect(steps['one near']).toEqual({ routes: [near, others], tunnel: '' });
  expect(steps['one far as well']).toEqual({ routes: [near, far, others], tunnel });
  expect(steps.header).toEqual(['vxlan id 1', 'dstport 8472']);
  expect(steps.forwarding).toEqual([expect.stringMatching(/^0a:58:0a:2a:02:00 dev tp\w+ dst 198\.51\.100\.2$/)]);
  expect(steps.neighbours).toEqual([
    expect.stringMatching(/^10\.42\.2\.0 dev tp\w+ lladdr 0a:58:0a:2a:02:00 PERMANENT$/),
  ]);
  expect(steps['a daemon later']).toEqual(steps['one far as well']);
  expect(steps['addresses changed']).toEqual({
    routes: [near.replace('2.2', '2.3'), far.replaceAll('10.42.2', '10.42.3'), others],
    tunnel,
  });
  expect(steps['a narrower way']).toEqual({
    routes: [near, far, others],
    tunnel: expect.stringMatching(/v\w{6} 1250$/),
  });
  expect(steps['the far one gone']).toEqual({ routes: [near, others], tunnel: '' });
  expect(steps['it claims our addresses']).toEqual({ routes: [near, others], tunnel: '' });
  expect(steps['both back'].tunnel).toMatch(/1250$/);
  const nearIpv6 = 'fd42:0:0:1::/64 via fd19::2 dev eth0 proto 84 metric 1024 onlink pref medium';
  const tunneled = (n: number) =>
    `fd42:0:0:${n}::/64 via fe80::1:a2a:${n}00 dev TUNNEL proto 84 src fd42::1 metric 1024 onlink pref medium`;
  expect(steps['of IPv6 in a narrow way']).toEqual([nearIpv6]);
  expect(steps['of both families'].routes).toEqual([near, far, others]);
  expect(steps['of IPv6']).toEqual([nearIpv6, tunneled(2)]);
  expect(steps['IPv6 neighbours']).toEqual([
    expect.stringMatching(/^fe80::1:a2a:200 dev tp\w+ lladdr 0a:58:0a:2a:02:00 PERMANENT$/),
  ]);
  expect(steps['all of IPv6 in the tunnel']).toEqual([tunneled(1), tunneled(2)]);
  expect(steps['IPv6 without the far one']).toEqual([nearIpv6]);
  expect(steps.removed).toEqual({ routes: [others], tunnel: '' });
});
