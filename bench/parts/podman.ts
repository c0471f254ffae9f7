import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `podman kube play` of one pod with one container, its image local, in a storage of its own. */
export class Podman implements Disposable {
  readonly version: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tiphys-bench-podman-'));

  /** `undefined` where podman is not installed. */
  static find(imageArchive: string): Podman | undefined {
    const { status, stdout } = spawnSync('podman', ['--version'], { encoding: 'utf8' });
    return status === 0 ? new Podman(stdout.trim().replace('version ', ''), imageArchive) : undefined;
  }

  private constructor(version: string, imageArchive: string) {
    this.version = version;
    // Its default limits are more than a machine without CAP_SYS_RESOURCE lets it ask for.
    writeFileSync(
      join(this.#folder, 'containers.conf'),
      '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
    );
    const containers = [{ name: 'echo', image: 'tiphys.dev/echo:1.0', imagePullPolicy: 'Never' }];
    const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `tiphys-bench-${process.pid}` }, spec };
    writeFileSync(this.#pod, JSON.stringify(pod));
    this.#run('load', '-i', imageArchive);
  }

  get #pod(): string {
    return join(this.#folder, 'pod.json');
  }

  /** Returns once the container runs. */
  play(): void {
    this.#run('kube', 'play', this.#pod);
  }

  down(): void {
    this.#run('kube', 'down', this.#pod);
  }

  [Symbol.dispose](): void {
    this.#run('system', 'reset', '--force');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(...args: readonly string[]): void {
    const place = ['--root', join(this.#folder, 'root'), '--runroot', join(this.#folder, 'run')];
    const env = { ...process.env, CONTAINERS_CONF: join(this.#folder, 'containers.conf') };
    execFileSync('podman', [...place, '--storage-driver', 'overlay', ...args], { env, stdio: 'ignore' });
  }
}
