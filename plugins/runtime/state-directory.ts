import { failedWith } from '../../src/base/failed-with.ts';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FilesNative } from '../../native/files.ts';
import { removeTrees } from '../../native/remove-trees.ts';
import { fileStep, spreadStep, type FileStep } from '../../src/base/file-steps.ts';
import type { Files } from '../../src/base/world.ts';
import { readIfPresent } from '../../src/base/durable-file.ts';
import type { ContainerConfig, SandboxConfig } from './contract.ts';
import { LIMITS } from './limits.ts';
import type { Plan } from './plan.ts';

/** What a daemon must know of a sandbox that another one created. */
export interface SandboxState {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly createdAtMs: number;
}

export interface ContainerState {
  readonly id: string;
  readonly config: ContainerConfig;
}

/** What was found of one sandbox. A file that cannot be read leaves `state` undefined or a container out. */
export interface FoundSandbox {
  readonly directory: string;
  readonly state: SandboxState | undefined;
  readonly containers: readonly ContainerState[];
  readonly exits: Buffer;
}

const FORMAT = 1;
const DESCRIPTION = 'sandbox.json';
const SPARES = 'spares';

/**
 * Two trees: writable layers under the data directory, and sockets, descriptions and exit records under
 * the run directory, which belongs to one boot of the machine. All of it is root's alone.
 */
export class StateDirectory {
  readonly run: string;
  readonly layers: string;
  /** What every container's layers lie on, see `MountPoints`. */
  readonly mountPoints: string;
  /** Where shims mount what they cannot hold otherwise, each in a mount namespace of its own. */
  readonly shmMountPoint: string;
  readonly #files: Files;
  readonly #native: FilesNative;

  constructor(files: Files, native: FilesNative, dataDirectory: string, runDirectory: string) {
    this.#files = files;
    this.#native = native;
    this.layers = join(dataDirectory, 'agent/runtime/containers');
    this.mountPoints = join(dataDirectory, 'agent/runtime/mount-points');
    this.run = runDirectory === '' ? defaultRunDirectory(dataDirectory) : runDirectory;
    this.shmMountPoint = join(this.run, 'shm');
  }

  /** Short, because a socket's path has 107 bytes. */
  sandbox(id: string): string {
    return join(this.run, 'pods', id.slice(0, 32));
  }

  /** Of a shim that belongs to no pod yet. */
  spare(id: string): string {
    return join(this.run, SPARES, id.slice(0, 32));
  }

  container(id: string): {
    readonly base: string;
    readonly root: string;
    readonly upper: string;
    readonly work: string;
  } {
    const base = join(this.layers, id);
    return { base, root: join(base, 'root'), upper: join(base, 'upper'), work: join(base, 'work') };
  }

  async prepare(): Promise<void> {
    for (const folder of [join(this.run, 'pods'), join(this.run, SPARES)]) {
      await this.#files.mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await this.#files.chmod(this.run, 0o700);
    await this.#files.mkdir(this.layers, { recursive: true, mode: 0o711 });
    await this.#native.makeFiles([spreadStep(join(this.run, SPARES)), spreadStep(this.layers)]);
  }

  /** False when what lies in the run directory is of an earlier boot: nothing of it can be alive. */
  async sameBoot(): Promise<boolean> {
    const boot = (await this.#files.readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const path = join(this.run, 'boot-id');
    const known = await readIfPresent(this.#files, path);
    if (known !== boot) await this.#files.writeFile(path, boot, { mode: 0o600 });
    // A torn id says nothing; whether a shim answers will tell what is alive.
    return known === undefined || known === boot || !/^[0-9a-f-]{36}$/.test(known);
  }

  /** The last steps of making a sandbox: what it is, and once that is there, its place among those of pods. */
  finishSandbox(plan: Plan, state: SandboxState): void {
    const { podNamespace, podName } = state.config;
    plan.label(`${this.sandbox(state.id)} ${podNamespace}/${podName}`);
    plan.file(join(this.spare(state.id), DESCRIPTION), description(state), PRIVATE);
    plan.rename(this.spare(state.id), this.sandbox(state.id));
  }

  /** What became no pod's: a daemon that was killed may have left it. */
  async forgetSpares(): Promise<void> {
    const spares = join(this.run, SPARES);
    const names = await this.#files.readdir(spares);
    await removeTrees(
      this.#native,
      names.map(name => join(spares, name)),
    );
  }

  /** What a container is, to be written before it starts. */
  /** `bundle`: where its hooks find its description; not below its layers, over which its root is mounted. */
  pathsOf(sandboxId: string, id: string) {
    return { ...this.container(id), bundle: join(this.sandbox(sandboxId), 'bundles', id) };
  }

  containerFile(state: ContainerState): FileStep {
    return fileStep(this.#containerFile(state.config.sandboxId, state.id), description(state), PRIVATE);
  }

  async forgetContainer(sandboxId: string, id: string): Promise<void> {
    const { base, bundle } = this.pathsOf(sandboxId, id);
    const paths = [this.#containerFile(sandboxId, id), bundle, base];
    await removeTrees(this.#native, paths);
  }

  /** With those of its containers that are left. */
  async forgetSandbox(id: string, containerIds: readonly string[]): Promise<void> {
    await removeTrees(this.#native, [
      ...containerIds.map(each => this.container(each).base),
      this.sandbox(id),
      this.spare(id),
    ]);
  }

  /** Writable layers of containers that nobody knows any more. */
  async forgetLayers(containerIds: readonly string[]): Promise<void> {
    await removeTrees(
      this.#native,
      containerIds.map(each => this.container(each).base),
    );
  }

  async find(): Promise<readonly FoundSandbox[]> {
    const names = await this.#files.readdir(join(this.run, 'pods'));
    return Promise.all(names.map(name => this.#read(join(this.run, 'pods', name))));
  }

  /** Ids of containers that have files here, known or not. */
  layerIds(): Promise<readonly string[]> {
    return this.#files.readdir(this.layers);
  }

  /** Out of the way but not lost, for whoever wants to know what happened. */
  async quarantine(directory: string, stamp: number): Promise<void> {
    const target = join(this.run, 'quarantine');
    await this.#files.mkdir(target, { recursive: true, mode: 0o700 });
    await this.#files.rename(directory, join(target, `${stamp}-${directory.slice(directory.lastIndexOf('/') + 1)}`));
  }

  async exits(id: string): Promise<Buffer> {
    return this.#readBytes(join(this.sandbox(id), 'exits'));
  }

  #containerFile(sandboxId: string, id: string): string {
    return join(this.sandbox(sandboxId), `${id}.json`);
  }

  async #read(directory: string): Promise<FoundSandbox> {
    const names = await this.#files.readdir(directory);
    const state = await this.#parse<SandboxState>(join(directory, DESCRIPTION));
    const containers = await Promise.all(
      names
        .filter(name => /^[0-9a-f]{64}\.json$/.test(name))
        .map(name => this.#parse<ContainerState>(join(directory, name))),
    );
    const exits = await this.#readBytes(join(directory, 'exits'));
    return { directory, state, containers: containers.filter(each => each !== undefined), exits };
  }

  async #parse<T extends SandboxState | ContainerState>(path: string): Promise<T | undefined> {
    const bytes = await this.#readBytes(path);
    if (bytes.length > LIMITS.stateFileBytes) return undefined;
    try {
      const { format, state } = JSON.parse(bytes.toString()) as { readonly format: unknown; readonly state: T };
      return format === FORMAT && /^[0-9a-f]{64}$/.test(state.id) ? state : undefined;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  async #readBytes(path: string): Promise<Buffer> {
    try {
      return await this.#files.readFile(path);
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return Buffer.alloc(0);
      throw error;
    }
  }
}

/** Not synced: it need not survive the machine, only this process. Half a file is found out by its reader. */
const description = (state: SandboxState | ContainerState): string => JSON.stringify({ format: FORMAT, state });
const PRIVATE = 0o600;

export function defaultRunDirectory(dataDirectory: string): string {
  return `/run/tiphys/${shortHash(dataDirectory)}`;
}

/** Tells servers with different data directories apart. */
export function shortHash(dataDirectory: string): string {
  return createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12);
}
