import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { World } from '../../src/base/world.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { RegistryCredential } from './contract.ts';
import { digestOf } from './digest.ts';
import { configOf, LAYER, SENT_LAYER, type ServedImage, servedImage } from './testing/image-parts.ts';
import { type LyingRegistry, startLyingRegistry } from './testing/lying-registry.ts';
import { openService } from './testing/open-service.ts';
import { nestedIndexes, REGISTRY_LIES, type RegistryLie } from './testing/registry-lies.ts';

const DEADLINE_MS = 30_000;
const folder = mkdtempSync(join(tmpdir(), 'tiphys-lying-'));
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Answer = NonNullable<RegistryLie['answer']>;

async function registryOf(image: ServedImage = servedImage(), answer: Answer = () => false): Promise<LyingRegistry> {
  const registry = await startLyingRegistry((request, response) => {
    if (!answer(request, response)) serve(image, request, response);
  });
  open.push(() => registry.stop());
  return registry;
}
function serve(image: ServedImage, request: IncomingMessage, response: ServerResponse): void {
  const [, kind, name = ''] = /\/(manifests|blobs)\/(.*)$/.exec(request.url ?? '') ?? [];
  const body = kind === 'manifests' && !image.blobs.has(name) ? image.manifest : image.blobs.get(name);
  if (body === undefined) return void response.writeHead(404).end();
  response.writeHead(200, kind === 'manifests' ? { 'content-type': image.type } : {}).end(body);
}

async function service(): Promise<Awaited<ReturnType<typeof openService>>> {
  const opened = await openService(mkdtempSync(join(folder, 'store-')), 'store', hasty);
  open.push(() => opened.close());
  return opened;
}
/** Tries again at once; how long it pauses is registry-session.test.ts' question. */
const hasty: World = { ...hostWorld(), timers: { ...hostWorld().timers, sleep: async () => undefined } };
const options = (credentials: readonly RegistryCredential[] = []) => ({
  credentials,
  signal: AbortSignal.timeout(DEADLINE_MS),
});

describe('a registry that lies', () => {
  it.each(REGISTRY_LIES.map(lie => [lie.name, lie] as const))(
    'with %s is refused by name, and nothing of it stays',
    async (_, { image, answer, says }) => {
      const registry = await registryOf(image, answer);
      const { service: images, store } = await service();
      const name = `${registry.host}/app:1`;
      const refused: unknown = await images.pull(name, options()).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        name: 'ImageError',
        reason: 'ErrImagePull',
        message: expect.stringContaining(says),
      });
      expect(refused).toHaveProperty('message', expect.stringContaining(`failed to pull and unpack image "${name}": `));
      expect(store.metadata.now).toMatchObject({ images: {}, references: {}, layers: {} });
      for (const place of ['ingest', 'layers', 'l', 'blobs/sha256']) {
        expect([place, readdirSync(join(store.paths.root, place))]).toEqual([place, []]);
      }
      expect(registry.asked.length).toBeLessThan(60); // no storm of requests
    },
    2 * DEADLINE_MS,
  );

  it('by digest of another manifest is refused', async () => {
    const registry = await registryOf();
    const { service: images } = await service();
    const name = `${registry.host}/app@${digestOf('other')}`;
    await expect(images.pull(name, options())).rejects.toThrow('unexpected commit digest');
  });
});

describe('a registry that is odd and honest', () => {
  it.each([
    ['asks for each part once', servedImage(), 3],
    ['has indexes in indexes within reason', nestedIndexes(2), 5],
    ['offers a layer elsewhere too', servedImage({ manifest: foreign }), 3],
    ['calls its layers by names nobody knows', servedImage({ manifest: unheardOf }), 3],
    ['names one layer twice', twice(), 3],
  ] as const)('%s', async (_, image, requests) => {
    const registry = await registryOf(image);
    const { service: images } = await service();
    const pulled = await images.pull(`${registry.host}/app:1`, options());
    expect(pulled.tags).toEqual([`${registry.host}/app:1`]);
    expect(registry.asked).toHaveLength(requests);
    for (const directory of pulled.lowerDirs) expect(readdirSync(directory)).toEqual(['hello']);
  });

  /** Nobody listens there, and nobody is asked (CVE-2020-15157). */
  function foreign({ layers }: { readonly layers: readonly object[] }): object {
    return { layers: layers.map(layer => ({ ...layer, urls: ['http://127.0.0.1:1/layer'] })) };
  }
  function unheardOf({ layers }: { readonly layers: readonly object[] }): object {
    return { layers: layers.map(layer => ({ ...layer, mediaType: 'application/x-unheard-of' })) };
  }
  function twice(): ServedImage {
    const config = configOf([digestOf(LAYER), digestOf(LAYER)]);
    return servedImage({ config, manifest: ({ layers }) => ({ layers: [...layers, ...layers] }) });
  }
});

describe('a registry that fishes for passwords', () => {
  const fred = (host: string): RegistryCredential => ({ registry: host, username: 'fred', password: 'secret' });

  it('hears them itself, and no host it redirects to does', async () => {
    const thief = await registryOf();
    const registry = await registryOf(servedImage(), (request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm=x' }).end();
      } else response.writeHead(307, { location: `http://${thief.host}${request.url}` }).end();
      return true;
    });
    const { service: images } = await service();
    await images.pull(`${registry.host}/app:1`, options([fred(registry.host)]));
    expect(thief.asked.length).toBeGreaterThan(2);
    expect(thief.asked.map(({ authorization }) => authorization).filter(Boolean)).toEqual([]);
    expect(registry.asked.some(({ authorization }) => authorization?.startsWith('Basic ') === true)).toBe(true);
  });

  it('gets none that is for another registry, whatever it asks', async () => {
    const registry = await registryOf(servedImage(), (_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm=x' }).end();
      return true;
    });
    const { service: images } = await service();
    const pulling = images.pull(`${registry.host}/app:1`, options([fred('docker.io'), fred('127.0.0.1:1')]));
    await expect(pulling).rejects.toThrow('authorization failed');
    expect(registry.asked.map(({ authorization }) => authorization).filter(Boolean)).toEqual([]);
  });

  it.each([
    ['of 2 MiB', Buffer.alloc(2 << 20, ' '), 'the token is larger than'],
    ['that is no JSON', Buffer.from('<html>'), 'token is not JSON'],
    ['with a line break in it', Buffer.from('{"token":"a\\r\\nHost: x"}'), 'the token server sent no token'],
    ['that is never good enough', Buffer.from('{"token":"a"}'), 'authorization failed'],
  ])('by a token %s gets nowhere', async (_, token, says) => {
    const registry = await registryOf(servedImage(), (request, response) => {
      if (request.url?.startsWith('/token')) response.end(token);
      else {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` }).end();
      }
      return true;
    });
    const { service: images } = await service();
    await expect(images.pull(`${registry.host}/app:1`, options([fred(registry.host)]))).rejects.toThrow(says);
    expect(registry.asked.length).toBeLessThan(12);
  });
});

describe('a registry that hangs', () => {
  const hang: Answer = request => request.url?.includes(digestOf(SENT_LAYER)) ?? false;

  it('holds up nobody: neither pulls from others nor those that share a layer with its images', async () => {
    const [slow, quick] = [await registryOf(servedImage(), hang), await registryOf()];
    const { service: images } = await service();
    const gone = new AbortController();
    const hanging = Array.from({ length: 12 }, (_, i) =>
      images.pull(`${slow.host}/app${i}:1`, { credentials: [], signal: gone.signal }).catch((error: unknown) => error),
    );
    await vi.waitFor(
      () => expect(slow.asked.filter(({ path }) => path.includes(digestOf(SENT_LAYER)))).not.toEqual([]),
      DEADLINE_MS,
    );
    expect((await images.pull(`${quick.host}/app:1`, options())).tags).toEqual([`${quick.host}/app:1`]);
    gone.abort(new Error('the pods are gone'));
    for (const error of await Promise.all(hanging)) expect(error).toHaveProperty('message', 'the pods are gone');
  });

  it('is left at once when nobody wants the image any more, though it sends for ever', async () => {
    const abort = new AbortController();
    const registry = await registryOf(servedImage(), (request, response) => {
      const layer = hang(request, response);
      if (layer) response.writeHead(200).write('x', () => abort.abort(new Error('the pod is gone')));
      return layer;
    });
    const { service: images, store } = await service();
    const pulling = images.pull(`${registry.host}/app:1`, { credentials: [], signal: abort.signal });
    await expect(pulling).rejects.toThrow('the pod is gone');
    await vi.waitFor(() => expect(readdirSync(store.paths.ingest)).toEqual([]), DEADLINE_MS);
  });
});
