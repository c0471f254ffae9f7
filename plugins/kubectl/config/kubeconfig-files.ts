import { delimiter, dirname, join } from 'node:path';
import { presentOr } from '../../../src/base/failed-with.ts';
import type { World } from '../../../src/base/world.ts';
import { Failure } from '../failures.ts';
import { printYaml } from '../print/yaml.ts';
import {
  EMPTY_KUBECONFIG,
  kubeconfigObject,
  mergeKubeconfigs,
  parseKubeconfig,
  type Entry,
  type Kubeconfig,
  type Section,
} from './kubeconfig.ts';

/** The files that say which clusters there are: `--kubeconfig`, else those of `KUBECONFIG`, else `~/.kube/config`. */
export class KubeconfigFiles {
  readonly #world: World;
  readonly #explicit: string;

  constructor(world: World, explicit: string) {
    this.#world = world;
    this.#explicit = explicit;
  }

  get paths(): readonly string[] {
    if (this.#explicit !== '') return [this.#explicit];
    const { env } = this.#world.processes;
    const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter(path => path !== '');
    return listed.length > 0 ? [...new Set(listed)] : [join(env['HOME'] ?? '/', '.kube/config')];
  }

  /** All as one. A file given by flag has to be there, unless `mayMiss`. */
  async read({ mayMiss = false } = {}): Promise<Kubeconfig> {
    if (this.#explicit !== '' && !mayMiss && (await this.#text(this.#explicit)) === undefined) {
      throw new Failure(`stat ${this.#explicit}: no such file or directory`);
    }
    return mergeKubeconfigs(await Promise.all(this.paths.map(path => this.readOne(path))));
  }

  async readOne(path: string): Promise<Kubeconfig> {
    const text = await this.#text(path);
    return text === undefined ? EMPTY_KUBECONFIG : parseKubeconfig(text, path);
  }

  /** The file where what is new is written: the last that is there. */
  async fileForNew(): Promise<string> {
    const texts = await Promise.all(this.paths.map(async path => [path, await this.#text(path)] as const));
    return texts.findLast(([, text]) => text !== undefined)?.[0] ?? this.paths.at(-1) ?? '';
  }

  async currentContextFile(): Promise<string> {
    for (const path of this.paths) if ((await this.readOne(path)).currentContext !== '') return path;
    return this.fileForNew();
  }

  async setEntry(section: Section, name: string, value: Entry['value']): Promise<void> {
    const file = (await this.read({ mayMiss: true }))[section].get(name)?.file ?? (await this.fileForNew());
    const config = await this.readOne(file);
    await this.write(file, { ...config, [section]: new Map([...config[section], [name, { value, file }]]) });
  }

  async deleteEntry(section: Section, name: string, file: string): Promise<void> {
    const config = await this.readOne(file);
    await this.write(file, { ...config, [section]: new Map([...config[section]].filter(([key]) => key !== name)) });
  }

  async setCurrentContext(name: string): Promise<void> {
    const file = await this.currentContextFile();
    await this.write(file, { ...(await this.readOne(file)), currentContext: name });
  }

  async write(file: string, config: Kubeconfig): Promise<void> {
    await this.#world.files.mkdir(dirname(file), { recursive: true });
    await this.#world.files.writeFile(file, printYaml(kubeconfigObject(config)), { mode: 0o600 });
  }

  #text(path: string): Promise<string | undefined> {
    return presentOr<string | undefined>(undefined, () => this.#world.files.readFile(path, 'utf8'));
  }
}
