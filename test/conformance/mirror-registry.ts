import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { writeOciArchive } from '../../images/oci-archive.ts';
import { conformanceImages } from './conformance-images.ts';

const run = promisify(execFile);
const PORT = 5_000;
const UP_WITHIN_MS = 20_000;

/** Debian's docker-registry with the suite's images, which nodes ask in the place of registry.k8s.io. */
export class MirrorRegistry implements AsyncDisposable {
  /** What `--registries-file` takes. */
  readonly registriesFile: string;
  readonly #process: ChildProcess;

  private constructor(registriesFile: string, registry: ChildProcess) {
    this.registriesFile = registriesFile;
    this.#process = registry;
  }

  /** On `machine`, with its files in `folder`; of the suite's programs in `built`. */
  static async start(
    folder: string,
    machine: { readonly netns: string; readonly address: string },
    built: string,
  ): Promise<MirrorRegistry> {
    const [config, storage] = [join(folder, 'registry.yaml'), join(folder, 'registry')];
    await mkdir(storage);
    await writeFile(config, configuration(storage));
    const registriesFile = join(folder, 'registries.yaml');
    const place = `${machine.address}:${PORT}`;
    await writeFile(registriesFile, `mirrors:\n  registry.k8s.io:\n    endpoint: ["http://${place}"]\n`);
    const inside = [`--net=/run/netns/${machine.netns}`];
    const child = spawn('nsenter', [...inside, 'docker-registry', 'serve', config], { stdio: 'ignore' });
    const registry = new MirrorRegistry(registriesFile, child);
    try {
      await registry.#answers([...inside, 'curl', '-sf', '--max-time', '2', `http://${place}/v2/`]);
      for (const image of await conformanceImages(built)) {
        const archive = join(folder, 'image.tar');
        await writeOciArchive(image, archive);
        const target = `docker://${image.reference.replace('registry.k8s.io', place)}`;
        const copy = ['copy', '--quiet', '--dest-tls-verify=false', `oci-archive:${archive}`, target];
        await run('nsenter', [...inside, 'skopeo', ...copy], { timeout: 120_000 });
        await rm(archive);
      }
      return registry;
    } catch (error) {
      await registry[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = new Promise(done => this.#process.once('exit', done));
    this.#process.kill('SIGTERM');
    await gone;
  }

  async #answers(asking: readonly string[]): Promise<void> {
    const until = Date.now() + UP_WITHIN_MS;
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error(`docker-registry ended with ${this.#process.exitCode}`);
      const up = await run('nsenter', [...asking]).then(
        () => true,
        () => false,
      );
      if (up) return;
      if (Date.now() > until) throw new Error(`docker-registry does not answer within ${UP_WITHIN_MS} ms`);
      await sleep(200);
    }
  }
}

const configuration = (storage: string): string => `version: 0.1
storage:
  filesystem:
    rootdirectory: ${storage}
  delete: { enabled: false }
http:
  addr: :${PORT}
`;
