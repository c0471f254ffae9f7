import { join, resolve, sep } from 'node:path';
import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';
import { Failure } from '../failures.ts';
import { fileProblem } from '../file-problem.ts';

/** A folder that is built from, and those it was reached through. */
export class Folder {
  readonly root: string;
  readonly #files: Files;
  readonly #through: readonly string[];
  /** Whether files from outside of it may be read. */
  readonly #isOpen: boolean;

  private constructor(root: string, files: Files, through: readonly string[], isOpen: boolean) {
    this.root = root;
    this.#files = files;
    this.#through = through;
    this.#isOpen = isOpen;
  }

  /** The first of a build, as it was called from a folder. */
  static async at(path: string, from: string, files: Files, isOpen: boolean): Promise<Folder> {
    refuseRemote(path);
    return new Folder(await rootAt(resolve(from, path), files, path), files, [], isOpen);
  }

  /** Another one, from here. */
  async at(path: string): Promise<Folder> {
    refuseRemote(path);
    const root = await rootAt(resolve(this.root, path), this.#files);
    for (const visited of [...this.#through, this.root]) {
      if (visited === root || visited.startsWith(root === sep ? root : root + sep)) {
        throw new Failure(`cycle detected: candidate root '${root}' contains visited root '${visited}'`);
      }
    }
    return new Folder(root, this.#files, [...this.#through, this.root], this.#isOpen);
  }

  async text(path: string): Promise<string> {
    return (await this.bytes(path)).toString('utf8');
  }

  async bytes(path: string): Promise<Buffer> {
    refuseRemote(path);
    const given = resolve(this.root, path);
    const real = await realPath(given, this.#files);
    const stat = await this.#files.stat(real);
    if (stat.isDirectory()) throw new Failure(`'${real}' must resolve to a file`);
    if (!this.#isOpen && !real.startsWith(join(this.root, sep))) {
      throw new Failure(`security; file '${real}' is not in or below '${this.root}'`);
    }
    return this.#files.readFile(real);
  }

  /** Whether it has a file of this name. */
  async has(name: string): Promise<boolean> {
    try {
      return !(await this.#files.stat(join(this.root, name))).isDirectory();
    } catch (error) {
      if (failedWith(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    }
  }
}

const REMOTE = /^(?:[a-z+]+:\/\/|git@|git::|github\.com[/:])/;

function refuseRemote(path: string): void {
  if (!REMOTE.test(path)) return;
  throw new Failure(`'${path}' is not of this machine: this client builds from local files alone, clone it first`);
}

async function rootAt(path: string, files: Files, shown = path): Promise<string> {
  let real: string;
  try {
    real = await realPath(path, files, shown);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`must build at directory: not a valid directory: ${error.message}`);
  }
  if ((await files.stat(real)).isDirectory()) return real;
  throw new Failure(`must build at directory: '${real}': file is not directory`);
}

async function realPath(path: string, files: Files, shown = path): Promise<string> {
  try {
    return await files.realpath(path);
  } catch (error) {
    throw new Failure(`evalsymlink failure on '${shown}' : ${fileProblem(error, 'lstat', path)}`);
  }
}
