import { join } from 'node:path';
import { messageOf } from '../../src/base/message-of.ts';
import { must } from '../../src/base/must.ts';
import type { World } from '../../src/base/world.ts';
import { ContentError } from './content-error.ts';
import { type Image, ImageError, type PullOptions } from './contract.ts';
import { chainIds, type Digest, digestOf } from './digest.ts';
import { credentialsFor } from './credentials-for.ts';
import { downloadBlob } from './download-blob.ts';
import type { ImageStore } from './image-store.ts';
import { IMAGE_LIMITS } from './limits.ts';
import {
  ACCEPTED_MANIFESTS,
  type Descriptor,
  hostPlatform,
  type Manifest,
  parseConfig,
  parseManifest,
  runnable,
} from './manifest.ts';
import { readBounded } from './read-bounded.ts';
import { formatReference, type Reference, repositoryOf } from './reference.ts';
import type { Registries } from './registries.ts';
import { RegistryError } from './registry-error.ts';
import { RegistrySession } from './registry-session.ts';
import type { RegistryTransport } from './registry-transport.ts';

export interface PullPlace {
  readonly world: World;
  readonly store: ImageStore;
  readonly transport: RegistryTransport;
  readonly registries: Registries;
}

/** Asks one endpoint after the other; throws ImageError in containerd's words. */
export async function pullImage(place: PullPlace, reference: Reference, options: PullOptions): Promise<Image> {
  const name = formatReference(reference);
  const fail = (error: unknown): ImageError => {
    const why = messageOf(error);
    return new ImageError('ErrImagePull', `failed to pull and unpack image "${name}": ${why}`, { cause: error });
  };
  try {
    return await place.store.withIngest(async ingest => {
      const pull = new Pull(place, reference, options, ingest);
      const resolved = await pull.resolve();
      return await pull.fetch(resolved);
    });
  } catch (error) {
    options.signal.throwIfAborted();
    throw fail(error);
  }
}

interface Resolved {
  /** What the reference itself is: a manifest or an index. */
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly content: Buffer;
}

class Pull {
  readonly #place: PullPlace;
  readonly #reference: Reference;
  readonly #ingest: string;
  readonly #signal: AbortSignal;
  /** The endpoint that answered last comes first. */
  #sessions: readonly RegistrySession[];
  #nodes = 0;

  constructor(place: PullPlace, reference: Reference, options: PullOptions, ingest: string) {
    const { world, transport, registries } = place;
    this.#place = place;
    this.#reference = reference;
    this.#ingest = ingest;
    this.#signal = options.signal;
    const secrets = credentialsFor(options.credentials, reference);
    const endpoints = registries.endpointsFor(reference);
    this.#sessions = endpoints.map(endpoint => {
      // A pod's secret is for the image's registry, so a mirror under another name does not see it.
      const mine = endpoint.namespace === undefined || endpoint.base.host === reference.domain ? secrets : [];
      const own = endpoint.auth?.username ? [{ registry: endpoint.base.host, ...endpoint.auth }] : [];
      // A mirror that does not answer is passed over; only the last place is worth waiting for.
      const attempts = endpoint === endpoints.at(-1) ? IMAGE_LIMITS.attempts : 1;
      return new RegistrySession(world, transport, endpoint, [...mine, ...own], options.signal, attempts);
    });
  }

  async resolve(): Promise<Resolved> {
    const name = formatReference(this.#reference);
    const wanted = this.#reference.digest ?? must(this.#reference.tag, 'a reference has a tag or a digest');
    try {
      const top = await this.#document(wanted, this.#reference.digest);
      return { digest: digestOf(top.content), ...(await this.#choose(top.content, top.mediaType, 0)) };
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const why = error.code === 'NotFound' ? `${name}: not found` : error.message;
      throw new RegistryError(error.code, `failed to resolve reference "${name}": ${why}`, { cause: error });
    }
  }

  async fetch({ digest, manifest, content }: Resolved): Promise<Image> {
    const { store } = this.#place;
    const configBlob = await this.#config(manifest.config);
    const chain = chainIds(parseConfig(configBlob).diffIds);
    const missing = manifest.layers.filter((_, i) => store.metadata.now.layers[chain[i] ?? digest] === undefined);
    const layers = new LayerDownloads(
      missing,
      (layer, target, stop) => this.#blob(layer, target, AbortSignal.any([stop, this.#signal])),
      this.#ingest,
    );
    const repository = repositoryOf(this.#reference);
    try {
      return await store.adopt(
        {
          configBlob,
          manifestBlob: content,
          sizeBytes: manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size),
          references: [
            ...(this.#reference.tag === undefined ? [] : [`${repository}:${this.#reference.tag}`]),
            `${repository}@${digest}`,
          ],
          layerCount: manifest.layers.length,
          layerFile: i => layers.file(must(manifest.layers[i], 'the store asks for layers of the manifest')),
        },
        this.#ingest,
        this.#signal,
      );
    } finally {
      await layers.stop();
    }
  }

  async #choose(content: Buffer, mediaType: string | undefined, depth: number): Promise<Omit<Resolved, 'digest'>> {
    if (depth > IMAGE_LIMITS.indexDepth) throw new ContentError('TooLarge', 'image indexes are nested too deeply');
    if (++this.#nodes > IMAGE_LIMITS.indexNodes)
      throw new ContentError('TooLarge', 'the image names too many manifests');
    const document = parseManifest(content, mediaType);
    if (document.kind === 'manifest') return { manifest: document, content };
    const [best] = runnable(document, hostPlatform());
    if (best === undefined) throw new ContentError('NoPlatform', 'no match for platform in manifest: not found');
    const next = await this.#document(best.digest, best.digest);
    checkSize(best, next.content.length);
    return this.#choose(next.content, best.mediaType, depth + 1);
  }

  #document(
    wanted: string,
    expected: Digest | undefined,
  ): Promise<{ readonly content: Buffer; readonly mediaType: string | undefined }> {
    return this.#anywhere(async session => {
      const accept = { accept: ACCEPTED_MANIFESTS };
      const exchange = await session.get(`${session.endpoint.repository}/manifests/${wanted}`, accept);
      const content = await readBounded(
        exchange.body,
        this.#place.world.clock,
        IMAGE_LIMITS.documentBytes,
        'the manifest',
      );
      if (expected !== undefined) checkDigest('manifest', expected, content);
      const type = exchange.headers['content-type'];
      return { content, mediaType: typeof type === 'string' ? type.split(';')[0]?.trim() : undefined };
    });
  }

  #config(descriptor: Descriptor): Promise<Buffer> {
    return this.#anywhere(async session => {
      const exchange = await session.get(`${session.endpoint.repository}/blobs/${descriptor.digest}`, {});
      const content = await readBounded(
        exchange.body,
        this.#place.world.clock,
        IMAGE_LIMITS.documentBytes,
        'the config',
      );
      checkSize(descriptor, content.length);
      checkDigest('config', descriptor.digest, content);
      return content;
    });
  }

  #blob(descriptor: Descriptor, target: string, signal: AbortSignal): Promise<void> {
    return this.#anywhere(session => downloadBlob(this.#place.world, session, descriptor, target, signal));
  }

  async #anywhere<T>(ask: (session: RegistrySession) => Promise<T>): Promise<T> {
    const problems: unknown[] = [];
    for (const session of this.#sessions) {
      try {
        const answer = await ask(session);
        this.#sessions = [session, ...this.#sessions.filter(other => other !== session)];
        return answer;
      } catch (error) {
        this.#signal.throwIfAborted();
        problems.push(error);
      }
    }
    throw problems.at(-1) ?? new RegistryError('Unreachable', 'no endpoint is configured for the registry');
  }
}

function checkSize({ digest, size }: Descriptor, actual: number): void {
  if (actual !== size)
    throw new ContentError('BadSize', `${digest} has ${actual} bytes, expected ${size}: failed precondition`);
}

function checkDigest(what: string, expected: Digest, content: Buffer): void {
  const actual = digestOf(content);
  if (actual === expected) return;
  throw new ContentError(
    'BadDigest',
    `failed commit on ref "${what}-${expected}": unexpected commit digest ${actual}, expected ${expected}: failed precondition`,
  );
}

/** Layers of one image, a few at a time and in order, ahead of the unpacking; a digest only once. */
class LayerDownloads {
  readonly #downloads = new Map<Digest, Promise<string>>();
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  readonly #download: (layer: Descriptor, target: string, signal: AbortSignal) => Promise<void>;
  readonly #folder: string;

  constructor(
    layers: readonly Descriptor[],
    download: (layer: Descriptor, target: string, signal: AbortSignal) => Promise<void>,
    folder: string,
  ) {
    this.#download = download;
    this.#folder = folder;
    for (const layer of layers) void this.file(layer);
  }

  file(layer: Descriptor): Promise<string> {
    const known = this.#downloads.get(layer.digest);
    if (known !== undefined) return known;
    const started = this.#start(layer);
    started.catch(() => undefined); // whoever asks for it hears of it
    this.#downloads.set(layer.digest, started);
    return started;
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('another layer of the image failed'));
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.allSettled(this.#downloads.values());
  }

  async #start(layer: Descriptor): Promise<string> {
    if (this.#running >= IMAGE_LIMITS.parallelLayers) await new Promise<void>(resolve => this.#waiting.push(resolve));
    this.#stop.signal.throwIfAborted();
    this.#running += 1;
    try {
      const target = join(this.#folder, `blob-${layer.digest.slice('sha256:'.length)}`);
      await this.#download(layer, target, this.#stop.signal);
      return target;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
