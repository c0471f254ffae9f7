import { failedWith } from '../../src/base/failed-with.ts';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FilesNative } from '../../native/files.ts';
import { removeTrees } from '../../native/remove-trees.ts';
import { fileStep, freshDirectoryStep, freshFileStep, spreadStep, type FileStep } from '../../src/base/file-steps.ts';
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
  /** The daemon died before all of it was made: nobody was ever told of it. */
  readonly isUnfinished: boolean;
  readonly state: SandboxState | undefined;
  readonly containers: readonly ContainerState[];
  readonly exits: Buffer;
}

const FORMAT = 1;
const UNFINISHED = 'sandbox.json.new';
const FINISHED = 'sandbox.json';

/**
 * Two trees: writable layers under the data directory, and sockets, descriptions and exit records under
 * the run directory, which belongs to one boot of the machine. All of it is root's alone.
 */
export class StateDirectory {
  readonly run: string;
  readonly layers: string;
  /** What every container's layers lie on, see `MountPoints`. */
  readonly mountPoints: string;
  readonly #files: Files;
  readonly #native: FilesNative;

  constructor(files: Files, native: FilesNative, dataDirectory: string, runDirectory: string) {
    this.#files = files;
    this.#native = native;
    this.layers = join(dataDirectory, 'agent/runtime/containers');
    this.mountPoints = join(dataDirectory, 'agent/runtime/mount-points');
    this.run = runDirectory === '' ? defaultRunDirectory(dataDirectory) : runDirectory;
  }

  /** Short, because a socket's path has 107 bytes. */
  sandbox(id: string): string {
    return join(this.run, 'pods', id.slice(0, 32));
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
    await this.#files.mkdir(join(this.run, 'pods'), { recursive: true, mode: 0o700 });
    await this.#files.chmod(this.run, 0o700);
    await this.#files.mkdir(this.layers, { recursive: true, mode: 0o711 });
    await this.#native.makeFiles([spreadStep(join(this.run, 'pods')), spreadStep(this.layers)]);
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

  /** The directory of a sandbox, and in it what it is. */
  sandboxFiles(state: SandboxState): readonly FileStep[] {
    const directory = this.sandbox(state.id);
    return [
      freshDirectoryStep(directory, 0o700),
      freshFileStep(join(directory, UNFINISHED), description(state), PRIVATE),
    ];
  }

  /** Once all of it is made: whoever finds it then may take it up. */
  finishSandbox(plan: Plan, id: string): void {
    plan.rename(join(this.sandbox(id), UNFINISHED), join(this.sandbox(id), FINISHED));
  }

  /** What a container is, to be written before it starts. */
  containerFile(state: ContainerState): FileStep {
    return fileStep(this.#containerFile(state.config.sandboxId, state.id), description(state), PRIVATE);
  }

  async forgetContainer(sandboxId: string, id: string): Promise<void> {
    await removeTrees(this.#native, [this.#containerFile(sandboxId, id), this.container(id).base]);
  }

  /** With those of its containers that are left. */
  async forgetSandbox(id: string, containerIds: readonly string[]): Promise<void> {
    await removeTrees(this.#native, [...containerIds.map(each => this.container(each).base), this.sandbox(id)]);
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
    const state = await this.#parse<SandboxState>(join(directory, FINISHED));
    const containers = await Promise.all(
      names
        .filter(name => /^[0-9a-f]{64}\.json$/.test(name))
        .map(name => this.#parse<ContainerState>(join(directory, name))),
    );
    const exits = await this.#readBytes(join(directory, 'exits'));
    const isUnfinished = !names.includes(FINISHED);
    return { directory, isUnfinished, state, containers: containers.filter(each => each !== undefined), exits };
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
