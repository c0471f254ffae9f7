import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLyingRegistry, type LyingRegistry } from '../../plugins/images/testing/lying-registry.ts';
import { eventually } from './eventually.ts';
import { busyboxLayer, digestOf, makeImage, type MadeImage } from './image-layout.ts';
import { NodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { object, pod, shell, type PodView, type TestObject } from './objects.ts';
import { RawApi, type RawAnswer } from './raw-api.ts';
import { serverOptions } from './server-process.ts';
import { SmallDisk } from './small-disk.ts';

const MIB = 1024 * 1024;
const runnable = nodeIsRunnable('what a full disk does to a node is');
const COUNT = 'i=0; while :; do i=$((i+1)); echo "line $i of what it says"; sleep 0.05; done';
const READY = { exec: { command: ['true'] }, periodSeconds: 1, failureThreshold: 1 };

const numberOf = (line: string): number => Number(/\d+/.exec(line)?.[0]);
const facts = ({ status }: PodView): unknown => [status.podIP, status.conditions, status.containerStatuses];

describe.skipIf(!runnable)('a server whose disk is full', () => {
  let disk: SmallDisk;
  let node: NodeFixture;
  let api: RawApi;
  const acknowledged = new Set<string>();

  beforeAll(async () => {
    disk = await SmallDisk.mount(160);
    const config = join(disk.mountPoint, 'config.yaml');
    await mkdir(join(disk.mountPoint, 'logs'));
    const kubelet = {
      podLogsDir: join(disk.mountPoint, 'logs'),
      // Else pods would be evicted for the sake of the disk.
      evictionHard: { 'memory.available': '100Mi' },
    };
    await writeFile(config, JSON.stringify({ plugins: { kubelet } }));
    const flags = ['--disable', 'dns', '--config', config];
    node = new NodeFixture({ ...serverOptions(18), dataDir: join(disk.mountPoint, 'data'), flags });
    await mkdir(node.options.dataDir ?? '');
    await node.start();
    api = await RawApi.from(node.server.kubeconfig);
    await node.kubectl.apply(
      pod('steady', shell(COUNT, { readinessProbe: READY })),
      pod('doomed', shell('sleep 1000')),
      pod('failing', shell('while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 3'), { restartPolicy: 'Never' }),
    );
    await node.untilReady('steady', 'doomed', 'failing');
  });
  afterAll(async () => {
    api?.close();
    await node?.stop();
    await disk?.[Symbol.asyncDispose]();
  });

  const MAPS = '/api/v1/namespaces/default/configmaps';
  const put = async (name: string, bytes = 50_000): Promise<RawAnswer> => {
    const body: TestObject = object('v1', 'ConfigMap', name, { data: { text: 'x'.repeat(bytes) } });
    const answer = await api.send('POST', MAPS, body);
    if (answer.code === 201) acknowledged.add(name);
    return answer;
  };
  const names = async (): Promise<readonly string[]> => {
    const { items } = await api.json<{ items: readonly TestObject[] }>(MAPS);
    return items.map(({ metadata }) => metadata.name).filter(name => name.startsWith('map-'));
  };
  const allThere = async (): Promise<void> => expect(new Set(await names())).toEqual(acknowledged);
  const logOf = (name: string, query = 'tailLines=5'): Promise<RawAnswer> =>
    api.send('GET', `/api/v1/namespaces/default/pods/${name}/log?${query}`);

  it('refuses what would grow it, and goes on with the rest', async () => {
    const before = await node.getPod('steady');
    await disk.fill();
    let refused: RawAnswer | undefined;
    for (let count = 0; refused === undefined; count++) {
      const answer = await put(`map-${count}`);
      if (answer.code !== 201) refused = answer;
      expect(count).toBeLessThan(10_000);
    }
    expect(JSON.parse(refused.body)).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      code: 500,
      message: expect.stringContaining('the store is full') as unknown,
    });
    expect(node.server.isRunning).toBe(true);
    for (const path of ['/livez', '/readyz']) expect(await api.send('GET', path)).toEqual({ code: 200, body: 'ok' });
    await allThere();
    const [first = ''] = acknowledged;
    expect((await api.send('DELETE', `${MAPS}/${first}`)).code).toBe(200);
    acknowledged.delete(first);
    await allThere();
    expect((await logOf('steady')).body).toContain('of what it says');
    expect(await node.inPod('steady', 'echo works')).toBe('works\n');
    expect(await node.inPod('failing', 'touch /dev/shm/x; kill -0 1 && echo runs')).toBe('runs\n');
    await new Promise(resume => setTimeout(resume, 3_000));
    expect(facts(await node.getPod('steady'))).toEqual(facts(before));
  });

  it('lets go of a pod that is deleted by force', async () => {
    const path = '/api/v1/namespaces/default/pods/doomed?gracePeriodSeconds=0';
    await eventually(
      () => api.send('DELETE', path),
      ({ code }) => expect(code).toBe(404),
    );
  });

  it('comes back from kill -9 on that disk', async () => {
    const before = await node.getPod('steady');
    await node.server.end('SIGKILL');
    // Its node is Ready only when it could be reported.
    await node.server.launch('cluster ready');
    await allThere();
    expect((await put('never')).code).toBe(500);
    expect(facts(await node.getPod('steady'))).toEqual(facts(before));
    expect(await node.inPod('steady', 'echo works')).toBe('works\n');
  });

  it('is whole again once there is room', async () => {
    const before = await node.getPod('steady');
    await disk.makeRoom();
    await eventually(
      () => put('map-after'),
      ({ code }) => expect(code).toBe(201),
    );
    await allThere();
    await node.kubectl.apply(pod('late', shell('sleep 1000')));
    await node.untilReady('late');
    await eventually(
      () => node.eventsOf('late'),
      events => expect(events.join('\n')).toContain('Normal Started'),
    );
    await node.kubectl.run('delete', 'pod', 'late', '--wait=true', '--timeout=90s');
    expect(facts(await node.getPod('steady'))).toEqual(facts(before));
    const last = numberOf((await logOf('steady')).body);
    await eventually(
      () => logOf('steady', 'tailLines=1'),
      ({ body }) => expect(numberOf(body)).toBeGreaterThan(last + 5),
    );
    await node.inPod('failing', 'touch /tmp/end');
    await node.podWhere('failing', ({ status }) => {
      expect(status.phase).toBe('Failed');
      expect(status.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(3);
    });
    await node.server.end('SIGKILL');
    await node.server.launch();
    await allThere();
  });
});

describe.skipIf(!runnable)('a node whose disk for images and pods is full', () => {
  let disk: SmallDisk;
  let node: NodeFixture;
  let registry: LyingRegistry;
  let image: MadeImage;

  beforeAll(async () => {
    image = makeImage([
      await busyboxLayer(),
      { compression: 'plain', members: [{ path: 'much', content: randomBytes(16 * MIB) }] },
    ]);
    registry = await startLyingRegistry((request, response) => {
      const [, sort = '', name = ''] = /^\/v2\/.+\/(manifests|blobs)\/(.+?)(?:\?|$)/.exec(request.url ?? '') ?? [];
      const bytes = image.blobs.get(sort === 'manifests' ? image.manifest : name);
      if (bytes === undefined) return void response.writeHead(sort === '' ? 200 : 404).end();
      const type = sort === 'manifests' ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'docker-content-digest': digestOf(bytes) }).end(bytes);
    });
    disk = await SmallDisk.mount(128, 'agent');
    const config = join(disk.folder, 'config.yaml');
    await writeFile(config, JSON.stringify({ plugins: { kubelet: { podLogsDir: join(disk.mountPoint, 'logs') } } }));
    const flags = ['--disable', 'dns', '--config', config];
    node = new NodeFixture({ ...serverOptions(18), dataDir: disk.folder, flags });
    await node.start();
  });
  afterAll(async () => {
    registry?.stop();
    await node?.server.end('SIGTERM');
    await node?.server.tiphys('killall');
    await disk?.[Symbol.asyncDispose]();
  });

  it('says what it cannot pull or make, and does it once there is room', async () => {
    await node.kubectl.apply(pod('before', shell(COUNT)));
    await node.untilReady('before');
    await disk.fill(8 * MIB);
    await node.kubectl.apply(pod('pulled', { name: 'main', image: `${registry.host}/much:1` }));
    await eventually(
      () => node.eventsOf('pulled'),
      events =>
        expect(events.join('\n')).toMatch(
          /Warning Failed Failed to pull image "[^"]+": .*ENOSPC: no space left on device/,
        ),
    );
    await disk.fill();
    await node.kubectl.apply(pod('made', shell('sleep 1000')));
    await eventually(
      () => node.eventsOf('made'),
      events => expect(events.join('\n')).toMatch(/Warning Failed\w* .*no space left on device/i),
    );
    expect((await node.getPod('made')).status.phase).toBe('Pending');
    expect(await node.inPod('before', 'echo works')).toBe('works\n');
    await eventually(
      async () => {
        const seen = await node.kubectl.run('logs', 'before', '--tail=1');
        await new Promise(resume => setTimeout(resume, 300));
        return [seen, await node.kubectl.run('logs', 'before', '--tail=1')];
      },
      ([seen, later]) => expect(later).toBe(seen),
    );
    await disk.makeRoom();
    await node.untilReady('made', 'pulled', 'before');
    // Lines that found no room are lost whole: none is torn.
    const { metadata } = await node.getPod('before');
    const log = join(disk.mountPoint, 'logs', `default_before_${metadata.uid}`, 'main/0.log');
    const count = async (): Promise<number> => {
      const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
      expect(lines.filter(line => !/^\S{30} stdout F line \d+ of what it says$/.test(line))).toEqual([]);
      expect(lines.length).toBeLessThan(Number(/line (\d+)/.exec(lines.at(-1) ?? '')?.[1]));
      return lines.length;
    };
    const before = await count();
    await eventually(count, now => expect(now).toBeGreaterThan(before));
  });
});
