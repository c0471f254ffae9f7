import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakePod } from '../plugins/network/testing/fake-pod.ts';
import { TestNode } from '../plugins/network/testing/test-node.ts';
import { Samples } from './parts/samples.ts';

/**
 * A pod's network in a namespace that is there: link, address, routes, lease; beside the `bridge` plugin of CNI with
 * `host-local` addresses, as Debian's containernetworking-plugins has them. Rounds are interleaved.
 */
const ROUNDS = Number(process.argv.slice(2).find(word => !word.startsWith('--')) ?? 40);
const PLUGINS = '/usr/lib/cni';
const samples = new Samples();
const folder = mkdtempSync(join(tmpdir(), 'tiphys-bench-cni-'));
const bridge = `tb${process.pid % 100_000}`;
const network = JSON.stringify({
  cniVersion: '0.4.0',
  name: bridge,
  type: 'bridge',
  bridge,
  isGateway: true,
  ipMasq: false,
  ipam: {
    type: 'host-local',
    dataDir: folder,
    ranges: [[{ subnet: '100.127.0.0/24' }]],
    routes: [{ dst: '0.0.0.0/0' }],
  },
});

const node = await TestNode.start();
const hasCni = spawnSync(join(PLUGINS, 'bridge'), { env: { CNI_COMMAND: 'VERSION' }, input: '{}' }).status === 0;
try {
  for (let round = 0; round < ROUNDS; round++) {
    await pause();
    const pod = new FakePod();
    const attached = { podUid: `pod-${round}`, netnsPath: pod.netnsPath };
    await samples.measure('up', () => node.network.attach(attached));
    await samples.measure('down', () => node.network.detach(attached.podUid));
    pod[Symbol.dispose]();
    if (!hasCni) continue;
    await pause();
    const theirs = new FakePod();
    const path = `/proc/${process.pid}/fd/${theirs.netns}`;
    await samples.measure('CNI bridge: ADD', () => cni('ADD', `pod-${round}`, path));
    await samples.measure('CNI bridge: DEL', () => cni('DEL', `pod-${round}`, path));
    theirs[Symbol.dispose]();
  }
} finally {
  await node[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
  if (hasCni) spawnSync('ip', ['link', 'delete', bridge]);
}
samples.print();
if (hasCni) {
  const ratio = (theirs: string, ours: string): string => (samples.median(theirs) / samples.median(ours)).toFixed(1);
  console.log(`beside CNI bridge: up 1/${ratio('CNI bridge: ADD', 'up')}, down 1/${ratio('CNI bridge: DEL', 'down')}`);
}

function cni(command: 'ADD' | 'DEL', id: string, netns: string): void {
  const env = { CNI_COMMAND: command, CNI_CONTAINERID: id, CNI_NETNS: netns, CNI_IFNAME: 'eth0', CNI_PATH: PLUGINS };
  execFileSync(join(PLUGINS, 'bridge'), { env, input: network, stdio: ['pipe', 'ignore', 'inherit'] });
}

function pause(): Promise<void> {
  return new Promise(resume => setTimeout(resume, 60));
}
