import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { removeNetwork } from './footprint.ts';
import { linkNames } from './link-name.ts';
import { openNodeNetwork, type NodeNetwork } from './node-network.ts';
import { FakePod } from './testing/fake-pod.ts';
import { testCidrs, type TestCidrs } from './testing/test-cidrs.ts';

const world = hostWorld();
const cycles = Number(process.env['TIPHYS_CYCLES'] ?? 100);
let dataDir: string;
let cidrs: TestCidrs;
beforeEach(async () => {
  cidrs = testCidrs();
  dataDir = await mkdtemp(join(tmpdir(), 'tiphys-network-'));
});
afterEach(async () => {
  await removeNetwork(native(), world.files, dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

const open = (over: { readonly dataDir?: string; readonly podCidr?: string; readonly serviceCidr?: string } = {}) =>
  openNodeNetwork({
    native: native(),
    world,
    log: silentLogger,
    dataDir,
    podCidr: cidrs.podCidr,
    clusterCidr: cidrs.podCidr,
    serviceCidr: cidrs.serviceCidr,
    nodeAddress: '',
    ...over,
  });

const attach = (network: NodeNetwork, podUid: string, pod: FakePod) =>
  network.attach({ podUid, netnsPath: pod.netnsPath });

/** Links and routes of this data dir on the node. */
async function footprint(dir = dataDir, of = cidrs): Promise<readonly string[]> {
  const within = [of.podCidr, of.serviceCidr].map(cidr => cidr.replace('.0/24', '.'));
  const [links, routes] = await Promise.all([native().networkLinks(null), native().networkRoutes(null, 4)]);
  const ours = links.filter(({ name }) => name.startsWith(linkNames(dir).prefix));
  return [
    ...ours.map(({ name }) => name),
    ...routes
      .filter(route => route.ours && within.some(net => route.to.address.startsWith(net)))
      .map(({ to, type }) => `${type} ${to.address}/${to.prefix}`),
  ];
}

async function eventually(check: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + 3_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

describe('the pod network', () => {
  it('lets two pods and the node speak with each other', async () => {
    const network = await open();
    using one = new FakePod();
    using two = new FakePod();
    const {
      podIps: [ipOfOne = ''],
    } = await attach(network, 'one', one);
    const {
      podIps: [ipOfTwo = ''],
    } = await attach(network, 'two', two);
    const seen: (string | undefined)[] = [];
    await two.listen(ipOfTwo, 80, socket => {
      seen.push(socket.remoteAddress);
      socket.end('hello');
    });
    await expect(one.exchange(ipOfTwo, 80, '')).resolves.toEqual(Buffer.from('hello'));
    const fromNode = await native().tcpDial(null, ipOfTwo, 80, 1_000);
    closeSync(fromNode);
    expect(seen[0]).toBe(ipOfOne);
    await network.close();
  });

  it('dials inside the pod itself, and says why it cannot', async () => {
    const network = await open();
    using pod = new FakePod();
    const {
      podIps: [podIp = ''],
    } = await attach(network, 'pod', pod);
    await expect(network.dialInNetns(pod.netnsPath, podIp, 81, 1_000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(network.dialInNetns(pod.netnsPath, cidrs.pod(99), 81, 5_000)).rejects.toMatchObject({
      code: 'EHOSTUNREACH',
    });
    await network.close();
  });

  it('is not taken away by another node that was given the same addresses', async () => {
    const network = await open();
    const before = await footprint();
    const other = await mkdtemp(join(tmpdir(), 'tiphys-network-'));
    await expect(open({ dataDir: other })).rejects.toMatchObject({ code: 'AddressesTaken' });
    expect(await footprint()).toEqual(before);
    await network.close();
    await removeNetwork(native(), world.files, other);
    await rm(other, { recursive: true });
  });

  it('keeps the address of a uid over a restart, and its connections too', async () => {
    const first = await open();
    using one = new FakePod();
    using two = new FakePod();
    const {
      podIps: [podIp = ''],
    } = await attach(first, 'one', one);
    const {
      podIps: [other = ''],
    } = await attach(first, 'two', two);
    await two.listen(other, 80, socket => socket.pipe(socket));
    const socket = await one.dial(other, 80);
    await first.close();
    const second = await open();
    await second.reconcile(new Set(['one', 'two']));
    expect(await attach(second, 'one', one)).toEqual({ podIps: [podIp] });
    const echoed = new Promise(resolve => socket.once('data', resolve));
    socket.write('still here');
    await expect(echoed).resolves.toEqual(Buffer.from('still here'));
    socket.destroy();
    await second.close();
  });

  it('finds its pods again after a kill -9, which leaves nothing of the service netns', async () => {
    using one = new FakePod();
    using two = new FakePod();
    const paths = [one, two].map(({ netns }) => `/proc/${process.pid}/fd/${netns}`);
    const script = join(import.meta.dirname, 'testing', 'hold-network.ts');
    const daemon = spawn(process.execPath, [script, dataDir, cidrs.podCidr, cidrs.serviceCidr, ...paths], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(daemon.stdout, 'data')) as [Buffer];
    const [ipOfOne = '', ipOfTwo = ''] = line.toString().trim().split(' ');
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
    await eventually(async () =>
      expect((await footprint()).filter(name => !name.includes(' '))).toEqual([
        expect.not.stringMatching(/^tp.{6}s/),
        expect.not.stringMatching(/^tp.{6}s/),
      ]),
    );
    await two.listen(ipOfTwo, 80, socket => socket.end('still reachable'));
    await expect(one.exchange(ipOfTwo, 80, '')).resolves.toEqual(Buffer.from('still reachable'));
    await expect(one.dial(cidrs.service(1), 80)).rejects.toMatchObject({ code: 'EHOSTUNREACH' });

    const network = await open();
    await network.reconcile(new Set(['pod-0', 'pod-1']));
    expect(await network.attach({ podUid: 'pod-0', netnsPath: one.netnsPath })).toEqual({ podIps: [ipOfOne] });
    await expect(one.dial(cidrs.service(1), 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await network.close();
  });

  it('frees the addresses of pods that are gone when it reconciles, and deletes links nobody owns', async () => {
    const first = await open();
    using gone = new FakePod();
    using here = new FakePod();
    await attach(first, 'gone', gone);
    const {
      podIps: [podIp = ''],
    } = await attach(first, 'here', here);
    await first.close();
    const second = await open();
    await second.reconcile(new Set(['here']));
    await eventually(async () =>
      expect((await footprint()).filter(line => !/^tp.{6}s/.test(line))).toEqual([
        linkNames(dataDir).pod('here', (await world.files.stat(here.netnsPath)).ino),
        `unreachable ${cidrs.podCidr}`,
        `unicast ${cidrs.pod(2)}/32`,
        `unicast ${podIp}/32`,
        `unicast ${cidrs.serviceCidr}`,
        `unreachable ${cidrs.serviceCidr}`,
      ]),
    );
    await second.close();
  });

  it('gives a pod whose sandbox is made anew the same address in its new namespace', async () => {
    const network = await open();
    using old = new FakePod();
    using fresh = new FakePod();
    const before = await attach(network, 'pod', old);
    expect(await attach(network, 'pod', fresh)).toEqual(before);
    await fresh.listen(before.podIps[0] ?? '', 80, socket => socket.end('fresh'));
    using peer = new FakePod();
    await attach(network, 'peer', peer);
    await expect(peer.exchange(before.podIps[0] ?? '', 80, '')).resolves.toEqual(Buffer.from('fresh'));
    await network.close();
  });

  it('has as many addresses after hundreds of pods as before, also when the daemon was changed in between', async () => {
    const podCidr = cidrs.podCidr.replace('/24', '/26');
    const room = 64 - 4;
    let network = await open({ podCidr });
    for (let i = 0; i < cycles; i++) {
      using pod = new FakePod();
      await attach(network, `pod-${i}`, pod);
      if (i % 3 > 0) await network.detach(`pod-${i}`);
      if (i % 50 < 49) continue;
      // What a killed daemon did not detach is freed when the next one finds no such pod.
      await network.close();
      network = await open({ podCidr });
      await network.reconcile(new Set());
    }
    await network.reconcile(new Set());
    const pods = Array.from({ length: room }, () => new FakePod());
    try {
      const given = await Promise.all(pods.map((pod, i) => attach(network, `last-${i}`, pod)));
      expect(new Set(given.flatMap(({ podIps }) => podIps)).size).toBe(room);
      using tooMany = new FakePod();
      await expect(attach(network, 'too-many', tooMany)).rejects.toMatchObject({ code: 'Exhausted' });
    } finally {
      for (const pod of pods) pod[Symbol.dispose]();
      await network.close();
    }
  });

  it('leaves nothing behind once the last pod is detached and it is closed', async () => {
    const network = await open();
    {
      using pod = new FakePod();
      await attach(network, 'pod', pod);
      await network.detach('pod');
      await network.detach('pod');
    }
    await network.close();
    await eventually(async () => expect(await footprint()).toEqual([]));
  });

  it('does not disturb another server on the same machine', async () => {
    const otherDir = await mkdtemp(join(tmpdir(), 'tiphys-network-'));
    const one = await open();
    const others = testCidrs();
    const other = await open({ dataDir: otherDir, podCidr: others.podCidr, serviceCidr: others.serviceCidr });
    using pod = new FakePod();
    using otherPod = new FakePod();
    await attach(one, 'pod', pod);
    const {
      podIps: [podIp = ''],
    } = await attach(other, 'pod', otherPod);
    await one.reconcile(new Set());
    await one.close();
    await otherPod.listen(podIp, 80, socket => socket.end('alive'));
    const fd = await native().tcpDial(null, podIp, 80, 1_000);
    closeSync(fd);
    await removeNetwork(native(), world.files, otherDir);
    await rm(otherDir, { recursive: true });
    expect(await footprint(otherDir, others)).toEqual([]);
  });

  it('refuses the address of a service that nothing listens at', async () => {
    const network = await open();
    using pod = new FakePod();
    await attach(network, 'pod', pod);
    await expect(pod.dial(cidrs.service(201), 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(native().tcpDial(null, cidrs.service(201), 80, 1_000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await network.close();
  });
});
