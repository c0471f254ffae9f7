import { join } from 'node:path';
import { failedWith } from '../../src/base/failed-with.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import type { Client } from '../../src/api/client.ts';
import type { Resource } from '../../src/api/resource.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { EventRecorder } from '../../src/sdk/events.ts';
import { WorkQueue } from '../../src/sdk/work-queue.ts';
import { AppliedRecord } from './applied-record.ts';
import { MAX_FILE_BYTES, SETTLE_MS } from './limits.ts';
import { planPrune, unionOf, type AppliedObject } from './plan-prune.ts';
import { ManifestError, readManifest, type ManifestObject } from './read-manifest.ts';

export interface ManifestsParts {
  readonly world: Pick<World, 'clock' | 'files' | 'timers'>;
  readonly folder: string;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly log: Logger;
  readonly resources: () => readonly Resource[];
  readonly signal: AbortSignal;
}

/** Names of the record's keys too, hence no others. */
const MANIFEST = /^(?!\.)[-._a-zA-Z0-9]{1,253}\.(?:ya?ml|json)$/;

/**
 * Keeps the cluster as the files of a folder say: applies what they hold at start and when they change, and
 * deletes what was applied from them and is no longer in them. `NAME.skip` beside a file leaves it as it is.
 */
export class Manifests {
  readonly #parts: ManifestsParts;
  readonly #record: AppliedRecord;
  readonly #queue: WorkQueue;
  #isWorking = false;

  constructor(parts: ManifestsParts) {
    this.#parts = parts;
    this.#record = new AppliedRecord(parts.client);
    this.#queue = new WorkQueue(parts.world);
    this.#queue.onReady = () => void this.#work();
    parts.signal.addEventListener('abort', () => this.#queue.close(), { once: true });
  }

  /** Resolves when what is there at the start is known and changes are watched. */
  async start(): Promise<void> {
    const { world, folder, signal } = this.#parts;
    await world.files.mkdir(folder, { recursive: true, mode: 0o700 });
    const changes = world.files.watch(folder, { signal, persistent: false })[Symbol.asyncIterator]();
    // It looks from the first question on; what changes while the folder is read is not missed.
    const first = changes.next();
    void this.#follow(first, changes);
    const present = (await world.files.readdir(folder)).filter(name => MANIFEST.test(name));
    for (const name of new Set([...present.sort(), ...(await this.#record.read()).keys()])) this.#queue.add(name);
  }

  async #follow(first: Promise<FolderChange>, changes: AsyncIterator<{ readonly filename: string | null }>) {
    try {
      for (let change = await first; change.done !== true; change = await changes.next()) {
        const name = (change.value.filename ?? '').replace(/\.skip$/, '');
        if (MANIFEST.test(name)) this.#queue.addAfter(name, SETTLE_MS);
      }
    } catch (error) {
      if (!this.#parts.signal.aborted) this.#parts.log.error('changes of manifests are not seen', { error });
    }
  }

  /** One file after the other: a later one may need what an earlier one makes. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let name = this.#queue.take(); name !== undefined; name = this.#queue.take()) {
      try {
        await this.#sync(name);
        this.#queue.forget(name);
      } catch (error) {
        if (this.#parts.signal.aborted) return;
        await this.#tell('Warning', 'ApplyManifestFailed', `Applying manifest ${name} failed: ${messageOf(error)}`);
        this.#parts.log.warn('a manifest cannot be applied', { file: join(this.#parts.folder, name), error });
        if (!(error instanceof ManifestError)) this.#queue.retry(name);
      }
      this.#queue.done(name);
    }
    this.#isWorking = false;
  }

  async #sync(name: string): Promise<void> {
    const content = await this.#read(name);
    if (content === 'skipped') return;
    const found = (await readManifest(content)).map(object => ({ object, resource: this.#resourceOf(object) }));
    const wanted = found.map(({ object, resource }) => appliedOf(object, resource));
    const applied = await this.#record.read();
    const before = applied.get(name) ?? [];
    const union = unionOf(before, wanted);
    if (union.length > before.length) await this.#record.write(name, union);
    const failures: string[] = [];
    const done: AppliedObject[] = [];
    for (const { object, resource } of found) {
      try {
        done.push(await this.#apply(object, resource));
      } catch (error) {
        failures.push(`${object.kind} ${object.name}: ${messageOf(error)}`);
      }
    }
    if (failures.length > 0) throw new Error(failures.join('; '));
    for (const object of planPrune(applied, name, wanted)) await this.#delete(object);
    await this.#record.write(name, done);
    if (done.length > 0) await this.#tell('Normal', 'AppliedManifest', `Applied manifest ${name}`);
  }

  /** The text of a file; of one that is gone, none. */
  async #read(name: string): Promise<string> {
    const { files } = this.#parts.world;
    const path = join(this.#parts.folder, name);
    try {
      await files.access(`${path}.skip`);
      return 'skipped';
    } catch (error) {
      if (!failedWith(error, 'ENOENT')) throw error;
    }
    try {
      const { size } = await files.stat(path);
      if (size > MAX_FILE_BYTES) throw new ManifestError(`larger than ${MAX_FILE_BYTES} bytes`);
      return await files.readFile(path, 'utf8');
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return '';
      throw error;
    }
  }

  #resourceOf({ apiVersion, kind }: Pick<AppliedObject, 'apiVersion' | 'kind'>): Resource {
    const found = this.#parts
      .resources()
      .find(resource => resource.apiVersion === apiVersion && resource.kind === kind && resource.virtual !== true);
    if (found === undefined)
      throw new Error(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
    return found;
  }

  async #apply(object: ManifestObject, resource: Resource): Promise<AppliedObject> {
    const applied = appliedOf(object, resource);
    const patch = { type: 'apply', body: object.body } as const;
    const { metadata } = await this.#parts.client.patch(resource, keyOf(applied), patch, { force: true });
    return { ...applied, uid: metadata.uid };
  }

  /** What someone else made anew under the name stays. */
  async #delete(object: AppliedObject): Promise<void> {
    const preconditions = object.uid === undefined ? {} : { preconditions: { uid: object.uid } };
    try {
      const options = { propagationPolicy: 'Background', ...preconditions } as const;
      await this.#parts.client.delete(this.#resourceOf(object), keyOf(object), options);
    } catch (error) {
      if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
    }
  }

  async #tell(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    const about = await this.#record.object().catch(() => undefined);
    if (about !== undefined) this.#parts.events.event(about, type, reason, message);
  }
}

type FolderChange = IteratorResult<{ readonly filename: string | null }>;

const appliedOf = ({ apiVersion, kind, name, namespace }: ManifestObject, { scope }: Resource): AppliedObject => ({
  apiVersion,
  kind,
  name,
  namespace: scope === 'Cluster' ? '' : namespace === '' ? 'default' : namespace,
});

const keyOf = ({ name, namespace }: AppliedObject) => (namespace === '' ? { name } : { name, namespace });
