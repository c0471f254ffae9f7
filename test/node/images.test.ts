import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET_HASH, startRegistry, type TestRegistry } from '../../plugins/images/testing/docker-registry.ts';
import { startLyingRegistry, type LyingRegistry } from '../../plugins/images/testing/lying-registry.ts';
import { eventually } from './eventually.ts';
import { busyboxLayer, digestOf, makeImage, writeLayout, type MadeImage } from './image-layout.ts';
import { NodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { object, pod } from './objects.ts';
import { serverOptions } from './server-process.ts';

const container = (image: string, imagePullPolicy?: string) => ({
  name: 'main',
  image,
  ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
});

/** Digests of what is JSON and no manifest. */
const configsOf = ({ blobs, manifest }: MadeImage): readonly string[] =>
  [...blobs].filter(([digest, bytes]) => digest !== manifest && bytes[0] === 0x7b).map(([digest]) => digest);

describe.skipIf(!nodeIsRunnable('whether foreign images run is')).concurrent('images that others made', () => {
  let folder: string;
  let node: NodeFixture;
  let open: TestRegistry;
  let closed: TestRegistry;
  let liar: LyingRegistry;
  let image: MadeImage;
  const lies = new Map<string, { readonly image: MadeImage; readonly blob: (digest: string) => Buffer | undefined }>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-foreign-'));
    open = await startRegistry(folder);
    closed = await startRegistry(folder, { htpasswd: `robot:${SECRET_HASH}`, credentials: 'robot:secret' });
    liar = await startLyingRegistry(lie);
    image = makeImage([
      await busyboxLayer(),
      {
        compression: 'plain',
        members: [
          { path: 'work/', type: 'Directory' },
          { path: 'work/gone', content: 'gone' },
          { path: 'work/one', content: 'one' },
          { path: 'work/same', type: 'Link', target: 'work/one' },
          { path: 'work/su', content: 'x', mode: 0o4755, uid: 7 },
          { path: 'opaque/', type: 'Directory' },
          { path: 'opaque/old', content: 'old' },
        ],
      },
      {
        compression: 'zstd',
        members: [
          { path: 'work/.wh.gone' },
          { path: 'opaque/', type: 'Directory' },
          { path: 'opaque/.wh..wh..opq' },
          { path: 'opaque/new', content: 'new' },
        ],
      },
    ]);
    await writeLayout(image, join(folder, 'layout'));
    for (const registry of [open, closed]) registry.push(`oci:${folder}/layout:latest`, 'team/app:1');
    await writeFile(
      join(folder, 'registries.yaml'),
      JSON.stringify({ mirrors: { 'registry.example': { endpoint: [`http://${open.host}`] } } }),
    );
    node = new NodeFixture({ ...serverOptions(11), flags: ['--registries-file', join(folder, 'registries.yaml')] });
    await node.start();
  });

  afterAll(async () => {
    liar?.stop();
    await Promise.all([node?.stop(), open?.stop(), closed?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** Serves what `lies` says of a repository; a blob's own bytes where it says nothing. */
  function lie(request: IncomingMessage, response: ServerResponse): void {
    const [, repository = '', sort = '', name = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/(.+?)(\?|$)/.exec(request.url ?? '') ?? [];
    const told = lies.get(repository);
    const bytes = sort === 'manifests' ? told?.image.blobs.get(told.image.manifest) : told?.blob(name);
    if (bytes === undefined) return void response.writeHead(sort === '' ? 200 : 404).end();
    const type = sort === 'manifests' ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'docker-content-digest': digestOf(bytes) }).end(bytes);
  }

  const waitingOf = async (name: string) => (await node.getPod(name)).status.containerStatuses?.[0]?.state.waiting;

  it('run with every layer as it was made: whiteouts, hard links, setuid, gzip, zstd and plain', async () => {
    await node.kubectl.apply(pod('layers', container(`${open.host}/team/app:1`)));
    await node.untilReady('layers');
    expect(await node.inPod('layers', 'pwd; echo $MADE; find /work /opaque | sort')).toBe(
      '/work\nhere\n/opaque\n/opaque/new\n/work\n/work/one\n/work/same\n/work/su\n',
    );
    expect(await node.inPod('layers', 'stat -c "%h %a %u" one su')).toBe('2 644 0\n1 4755 7\n');
    const events = (await node.eventsOf('layers')).join('\n');
    expect(events).toContain(`Normal Pulling Pulling image "${open.host}/team/app:1"`);
    expect(events).toMatch(
      /Normal Pulled Successfully pulled image "[^"]+" in \S+ \(\S+ including waiting\)\. Image size: \d+ bytes\./,
    );
  });

  it('are asked for again, kept or never asked for, as the policy says', async () => {
    open.push(`oci:${folder}/layout:latest`, 'team/policy:1');
    const name = `${open.host}/team/policy:1`;
    await node.kubectl.apply(pod('never', container(name, 'Never')));
    await eventually(
      () => waitingOf('never'),
      waiting => expect(waiting?.reason).toBe('ErrImageNeverPull'),
    );
    for (const policy of ['IfNotPresent', 'Always'])
      await node.kubectl.apply(pod(policy.toLowerCase(), container(name, policy)));
    await node.untilReady('ifnotpresent', 'always', 'never');
    expect((await node.eventsOf('always')).join('\n')).toContain('Successfully pulled image');
    expect((await node.eventsOf('never')).join('\n')).toContain('already present on machine');
  });

  it('come from a mirror of their registry', async () => {
    await node.kubectl.apply(pod('mirrored', container('registry.example/team/app:1')));
    await node.untilReady('mirrored');
  });

  it('are refused without a login, and come with the pod’s or its account’s secret', async () => {
    const name = `${closed.host}/team/app:1`;
    await node.kubectl.apply(pod('stranger', container(name)));
    const waiting = await eventually(
      () => waitingOf('stranger'),
      seen => expect(seen?.reason).toBe('ImagePullBackOff'),
    );
    expect(waiting?.message).toContain(`Back-off pulling image "${name}": ErrImagePull: `);
    expect(waiting?.message).toMatch(/pull access denied, repository does not exist or may require authorization/);
    const login = [`--docker-server=${closed.host}`, '--docker-username=robot', '--docker-password=secret'];
    await node.kubectl.run('create', 'secret', 'docker-registry', 'login', ...login);
    await node.kubectl.apply(
      object('v1', 'ServiceAccount', 'robot', { imagePullSecrets: [{ name: 'login' }] }),
      pod('guest', container(name), { imagePullSecrets: [{ name: 'login' }] }),
      pod('of-account', container(name, 'Always'), { serviceAccountName: 'robot' }),
    );
    await node.untilReady('guest', 'of-account');
  });

  it('that are not there end in ErrImagePull and then ImagePullBackOff', async () => {
    const name = `${open.host}/team/none:1`;
    await node.kubectl.apply(pod('missing', container(name)));
    await eventually(
      () => waitingOf('missing'),
      waiting => expect(waiting?.reason).toBe('ImagePullBackOff'),
    );
    const events = (await node.eventsOf('missing')).join('\n');
    expect(events).toContain(`Warning Failed Failed to pull image "${name}": `);
    expect(events).toContain('Warning Failed Error: ErrImagePull');
    expect(events).toContain(`Normal BackOff Back-off pulling image "${name}"`);
    expect(events).toContain('Warning Failed Error: ImagePullBackOff');
  });

  it('that lie, break off or reach outside are refused and leave nothing', async () => {
    const outside = join(folder, 'outside');
    const up = '../'.repeat(12);
    const reaching = makeImage([
      { compression: 'gzip', members: [{ path: `${up}${outside.slice(1)}`, content: 'x' }] },
    ]);
    const linking = makeImage([
      {
        compression: 'gzip',
        members: [
          { path: 'out', type: 'SymbolicLink', target: `${up}${folder.slice(1)}` },
          { path: 'out/outside', content: 'x' },
        ],
      },
    ]);
    // Their own bytes: what another test pulled is not asked for again.
    const unseen = () =>
      makeImage([{ compression: 'plain', members: [{ path: 'noise', content: randomBytes(100_000) }] }]);
    const corrupt = (bytes: Buffer | undefined) =>
      bytes && (bytes.length < 50_000 ? bytes : Buffer.alloc(bytes.length));
    const [lying, short] = [unseen(), unseen()];
    lies.set('lying', { image: lying, blob: digest => corrupt(lying.blobs.get(digest)) });
    lies.set('short', { image: short, blob: digest => short.blobs.get(digest)?.subarray(0, 50_000) });
    lies.set('reaching', { image: reaching, blob: digest => reaching.blobs.get(digest) });
    lies.set('linking', { image: linking, blob: digest => linking.blobs.get(digest) });
    const before = await node.server.tiphys('image', 'list');
    for (const name of ['lying', 'short', 'reaching'])
      await node.kubectl.apply(pod(name, container(`${liar.host}/${name}:1`)));
    for (const name of ['lying', 'short', 'reaching']) {
      await eventually(
        () => waitingOf(name),
        waiting => expect(`${name} ${waiting?.reason}`).toMatch(/ (ErrImagePull|ImagePullBackOff)$/),
      );
      const events = (await node.eventsOf(name)).join('\n');
      expect(events).toContain(`Warning Failed Failed to pull image "${liar.host}/${name}:1": `);
    }
    expect((await node.eventsOf('lying')).join('\n')).toContain('unexpected commit digest');
    expect((await node.eventsOf('short')).join('\n')).toContain('unexpected EOF');
    await node.kubectl.apply(pod('linking', container(`${liar.host}/linking:1`)));
    await eventually(
      () => node.eventsOf('linking'),
      events => expect(events.join('\n')).toMatch(/Failed|Pulled/),
    );
    await expect(access(outside)).rejects.toThrow('ENOENT');
    for (const name of ['lying', 'short', 'reaching'])
      expect(await node.server.tiphys('image', 'list')).not.toContain(`${liar.host}/${name}`);
    expect(before).toContain('busybox');
  });

  it('of registries that hang, refuse, redirect or are not there fail by name, and hold up nobody', async () => {
    const hanging = makeImage([{ compression: 'plain', members: [{ path: 'hang', content: randomBytes(64) }] }]);
    const described = new Set([hanging.manifest, ...configsOf(hanging)]);
    const stalled = await startLyingRegistry((request, response) => {
      const [, digest = ''] = /(sha256:[0-9a-f]{64})/.exec(request.url ?? '') ?? [];
      const wanted = digest === '' ? hanging.manifest : digest;
      if (described.has(wanted)) response.end(hanging.blobs.get(wanted));
    });
    const odd = await startLyingRegistry((request, response) => {
      if (request.url?.includes('/teapot/') === true) response.writeHead(418).end();
      else response.writeHead(302, { location: request.url }).end();
    });
    try {
      const stuck = Array.from({ length: 6 }, (_, i) => pod(`stuck-${i}`, container(`${stalled.host}/app${i}:1`)));
      await node.kubectl.apply(...stuck);
      await eventually(
        async () => stalled.asked.length,
        asked => expect(asked).toBeGreaterThan(6),
      );
      open.push(`oci:${folder}/layout:latest`, 'team/unmoved:1');
      await node.kubectl.apply(
        pod('unmoved', container(`${open.host}/team/unmoved:1`)),
        pod('teapot', container(`${odd.host}/teapot/app:1`)),
        pod('circle', container(`${odd.host}/circle/app:1`)),
        pod('nobody', container('127.0.0.1:1/app:1')),
        pod('misnamed', container('Not/A/Name')),
      );
      await node.untilReady('unmoved');
      for (const [name, says] of [
        ['teapot', "418 I'm a Teapot"],
        ['circle', 'stopped after 5 redirects'],
        ['nobody', 'dial tcp 127.0.0.1:1: connect: connection refused'],
      ] as const) {
        await eventually(
          () => waitingOf(name),
          waiting => expect(`${name} ${waiting?.reason}`).toBe(`${name} ImagePullBackOff`),
        );
        const events = (await node.eventsOf(name)).join('\n');
        expect(events).toMatch(/Warning Failed Failed to pull image "[^"]+": failed to pull and unpack image/);
        expect(events).toContain(says);
        expect(events).toContain('Warning Failed Error: ErrImagePull');
      }
      await eventually(
        () => waitingOf('misnamed'),
        waiting => expect(waiting?.reason).toBe('InvalidImageName'),
      );
      expect((await node.eventsOf('misnamed')).join('\n')).toContain('Warning InspectFailed Failed to apply default');
      const pods = stuck.map((_, i) => `pod/stuck-${i}`);
      await node.kubectl.run('delete', ...pods, '--wait=true', '--timeout=90s');
    } finally {
      stalled.stop();
      odd.stop();
    }
  });

  it('are imported, listed, pulled and removed beside a running server', async () => {
    const archive = join(folder, 'docker.tar');
    // Docker's archives know no zstd.
    const layer = { compression: 'gzip', members: [{ path: 'note', content: 'docker' }] } as const;
    await writeLayout(makeImage([await busyboxLayer(), layer]), join(folder, 'docker'));
    const [from, to] = [`oci:${folder}/docker:latest`, `docker-archive:${archive}:example.com/docker:2`];
    execFileSync('skopeo', ['copy', '--quiet', '--insecure-policy', from, to]);
    await node.server.tiphys('image', 'import', archive);
    expect(await node.server.tiphys('image', 'list')).toMatch(/example\.com\/docker/);
    await node.kubectl.apply(pod('imported', container('example.com/docker:2', 'Never')));
    await node.untilReady('imported');
    expect(await node.inPod('imported', 'cat /note')).toBe('docker');
    open.push(`oci:${folder}/layout:latest`, 'team/cli:1');
    await node.server.tiphys('image', 'pull', `${open.host}/team/cli:1`);
    expect(await node.server.tiphys('image', 'list')).toContain(`${open.host}/team/cli`);
    await node.server.tiphys('image', 'rm', `${open.host}/team/cli:1`);
    expect(await node.server.tiphys('image', 'list')).not.toContain(`${open.host}/team/cli`);
    await node.kubectl.apply(pod('removed', container(`${open.host}/team/cli:1`, 'Never')));
    await eventually(
      () => waitingOf('removed'),
      waiting => expect(waiting?.reason).toBe('ErrImageNeverPull'),
    );
  });
});
