import {
  CoreV1Api,
  Exec,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

if (process.getuid?.() !== 0) console.warn('! not root: the JavaScript client is NOT tested');

describe.skipIf(process.getuid?.() !== 0)('the JavaScript client', () => {
  let server: ServerProcess;
  let config: KubeConfig;
  let api: CoreV1Api;
  const namespace = 'default';

  beforeAll(async () => {
    server = await ServerProcess.start(serverOptions(2));
    config = new KubeConfig();
    config.loadFromFile(server.kubeconfig);
    api = config.makeApiClient(CoreV1Api);
  });
  afterAll(() => server?.destroy());

  it('creates, patches and lists', async () => {
    await api.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'a', labels: { of: 'test' } }, data: { x: '1' } },
    });
    const patched = await api.patchNamespacedConfigMap(
      { namespace, name: 'a', body: { data: { y: '2' } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    expect(patched.data).toEqual({ x: '1', y: '2' });
    const listed = await api.listNamespacedConfigMap({ namespace, labelSelector: 'of=test' });
    expect(listed.items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
  });

  it('patches by every type', async () => {
    const patched = async (strategy: string, body: object, more: object = {}) => {
      const options = setHeaderOptions('Content-Type', strategy);
      return (await api.patchNamespacedConfigMap({ namespace, name: 'a', body, ...more }, options)).data;
    };
    expect(await patched(PatchStrategy.StrategicMergePatch, { data: { z: '3' } })).toEqual({ x: '1', y: '2', z: '3' });
    expect(await patched(PatchStrategy.JsonPatch, [{ op: 'remove', path: '/data/z' }])).toEqual({ x: '1', y: '2' });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { own: '4' } };
    expect(await patched(PatchStrategy.ServerSideApply, applied, { fieldManager: 'test' })).toEqual({
      x: '1',
      y: '2',
      own: '4',
    });
  });

  it('answers a missing object with 404 and its Status', async () => {
    await expect(api.readNamespacedConfigMap({ namespace, name: 'none' })).rejects.toMatchObject({ code: 404 });
  });

  it('keeps an informer up to date', async () => {
    const names = new Map<string, string>();
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      api.listNamespacedConfigMap({ namespace }),
    );
    const note = (what: string) => (object: V1ConfigMap) => void names.set(object.metadata?.name ?? '', what);
    for (const event of ['add', 'update', 'delete'] as const) informer.on(event, note(event));
    await informer.start();
    await eventually(
      async () => names.get('a'),
      value => expect(value).toBe('add'),
    );
    await api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'b' } } });
    await eventually(
      async () => names.get('b'),
      value => expect(value).toBe('add'),
    );
    await api.deleteNamespacedConfigMap({ namespace, name: 'b' });
    await eventually(
      async () => names.get('b'),
      value => expect(value).toBe('delete'),
    );
    await informer.stop();
  });

  it('watches from a revision', async () => {
    const { metadata } = await api.listNamespacedConfigMap({ namespace });
    const seen: string[] = [];
    const watch = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { resourceVersion: metadata?.resourceVersion ?? '' },
      (phase, object: V1ConfigMap) => void seen.push(`${phase} ${object.metadata?.name}`),
      () => undefined,
    );
    await api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'c' } } });
    await eventually(
      async () => seen,
      events => expect(events).toEqual(['ADDED c']),
    );
    watch.abort();
  });

  it('runs a command in a container', async () => {
    await api.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: 'shell' },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'shell', image: 'docker.io/library/busybox:1.35', command: ['sleep', '600'] }],
        },
      },
    });
    await eventually(
      () => api.readNamespacedPod({ namespace, name: 'shell' }),
      pod => expect(pod.status?.phase).toBe('Running'),
    );
    const output: Buffer[] = [];
    const stdout = new Writable({ write: (chunk: Buffer, _, done) => (output.push(chunk), done()) });
    const script = ['sh', '-c', 'read line; echo "hello $line"; exit 4'];
    const stdin = Readable.from([Buffer.from('you\n')]);
    const status = await new Promise<unknown>((done, failed) => {
      new Exec(config).exec(namespace, 'shell', 'shell', script, stdout, null, stdin, false, done).catch(failed);
    });
    expect(Buffer.concat(output).toString()).toBe('hello you\n');
    expect(status).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '4' }] },
    });
  });
});
