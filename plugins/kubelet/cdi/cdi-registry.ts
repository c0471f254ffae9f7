import { join } from 'node:path';
import { failedWith } from '../../../src/base/failed-with.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Files } from '../../../src/base/world.ts';
import { ContainerConfigError } from '../container/container-config-error.ts';
import { MAX_CDI_FILES, MAX_CDI_SPEC_BYTES } from '../limits.ts';
import { readCdiSpec, type CdiEdits, type CdiSpec } from './cdi-spec.ts';

interface KnownDevice {
  readonly spec: CdiSpec;
  readonly edits: CdiEdits;
  readonly folder: number;
  /** Two of one folder say what it is. */
  readonly isContested: boolean;
}

/** Finds devices of CDI in what lies in folders of this node. Read anew each time: drivers write there as they please. */
export class CdiRegistry {
  readonly #files: Files;
  readonly #folders: readonly string[];

  /** What stands in a later folder goes before. */
  constructor(files: Files, folders: readonly string[]) {
    this.#files = files;
    this.#folders = folders;
  }

  /** The edits of all of these, those of each specification once before its devices'. Throws `ContainerConfigError`. */
  async find(ids: readonly string[]): Promise<readonly CdiEdits[]> {
    const { devices, problems } = await this.#read();
    const missing = ids.filter(id => devices.get(id)?.isContested !== false);
    if (missing.length > 0) {
      const why = problems.length === 0 ? '' : `: ${problems.join('; ')}`;
      throw injectionError(`unresolvable CDI devices ${missing.join(', ')}${why}`);
    }
    const specs = new Set<CdiSpec>();
    return ids.flatMap(id => {
      const device = devices.get(id);
      if (device === undefined) return [];
      const isFirst = !specs.has(device.spec);
      specs.add(device.spec);
      return isFirst ? [device.spec.edits, device.edits] : [device.edits];
    });
  }

  async #read(): Promise<{
    readonly devices: ReadonlyMap<string, KnownDevice>;
    readonly problems: readonly string[];
  }> {
    const devices = new Map<string, KnownDevice>();
    const problems: string[] = [];
    for (const [folder, path] of this.#folders.entries()) {
      for (const file of await this.#specFiles(path)) {
        const spec = await this.#spec(file).catch((error: unknown) => ({ problem: messageOf(error) }));
        if ('problem' in spec) problems.push(`${file}: ${spec.problem}`);
        else
          for (const { name, edits } of spec.devices) {
            const id = `${spec.kind}=${name}`;
            devices.set(id, { spec, edits, folder, isContested: devices.get(id)?.folder === folder });
          }
      }
    }
    return { devices, problems };
  }

  async #specFiles(folder: string): Promise<readonly string[]> {
    try {
      const names = (await this.#files.readdir(folder)).filter(name => /\.(json|ya?ml)$/.test(name));
      return names
        .toSorted()
        .slice(0, MAX_CDI_FILES)
        .map(name => join(folder, name));
    } catch (error) {
      if (failedWith(error, 'ENOENT', 'ENOTDIR')) return [];
      throw error;
    }
  }

  async #spec(path: string): Promise<CdiSpec | { readonly problem: string }> {
    const { size } = await this.#files.stat(path);
    if (size > MAX_CDI_SPEC_BYTES) return { problem: `it has more than ${MAX_CDI_SPEC_BYTES} bytes` };
    const text = await this.#files.readFile(path, 'utf8');
    if (path.endsWith('.json')) return readCdiSpec(JSON.parse(text));
    const { parse } = await import('yaml');
    return readCdiSpec(parse(text, { maxAliasCount: 0 }));
  }
}

export const injectionError = (reason: string): ContainerConfigError =>
  new ContainerConfigError('CreateContainerError', `CDI device injection failed: ${reason}`);
