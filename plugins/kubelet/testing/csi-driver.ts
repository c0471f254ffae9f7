import { execFile } from 'node:child_process';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  NODE_CAPABILITY,
  nodeExpandVolume,
  nodeGetCapabilities,
  nodeGetInfo,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../csi/csi-rpcs.ts';
import { getInfo, notifyRegistrationStatus } from '../csi/registration-rpcs.ts';
import type { Rpc } from '../csi/rpc.ts';

const run = promisify(execFile);

export interface DriverOptions {
  /** The kubelet's. */
  readonly root: string;
  readonly name: string;
  /** Where its volumes are, a folder each. */
  readonly volumes: string;
}

export interface DriverCall {
  /** `NodeStageVolume`. */
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** A small driver of CSI: its volumes are folders, which it stages and publishes by binding them. */
export class TestDriver implements AsyncDisposable {
  readonly calls: DriverCall[] = [];
  /** What the kubelet told of its registration. */
  readonly registrations: unknown[] = [];
  /** Methods that fail, and with what message. */
  readonly failing = new Map<string, string>();
  readonly #options: DriverOptions;
  readonly #server = new Server();

  private constructor(options: DriverOptions) {
    this.#options = options;
  }

  static async start(options: DriverOptions): Promise<TestDriver> {
    const driver = new TestDriver(options);
    driver.#serve();
    for (const socket of [driver.#socket, driver.#registration]) {
      await mkdir(dirname(socket), { recursive: true });
      // One that was killed leaves its own.
      await rm(socket, { force: true });
      await promisify((done: (error: Error | null) => void) =>
        driver.#server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), done),
      )();
    }
    return driver;
  }

  /** Requests of a method, the oldest first. */
  asked(method: string): readonly Readonly<Record<string, unknown>>[] {
    return this.calls.filter(call => call.method === method).map(({ request }) => request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
    for (const socket of [this.#registration, this.#socket]) await rm(socket, { force: true });
  }

  get #socket(): string {
    return join(this.#options.root, 'plugins', this.#options.name, 'csi.sock');
  }
  get #registration(): string {
    return join(this.#options.root, 'plugins_registry', `${this.#options.name}-reg.sock`);
  }

  #serve(): void {
    const { name, volumes } = this.#options;
    this.#answer(getInfo, () => ({
      type: 'CSIPlugin',
      name,
      endpoint: this.#socket,
      supportedVersions: ['1.0.0'],
    }));
    this.#answer(notifyRegistrationStatus, request => {
      this.registrations.push(request);
      return {};
    });
    this.#answer(nodeGetInfo, () => ({
      nodeId: 'here',
      maxVolumesPerNode: 7,
      accessibleTopology: { segments: { [`topology.${name}/rack`]: 'r1' } },
    }));
    this.#answer(nodeGetCapabilities, () => ({
      capabilities: [NODE_CAPABILITY.stageUnstage, NODE_CAPABILITY.expand].map(type => ({ rpc: { type } })),
    }));
    this.#answer(nodeStageVolume, async ({ volumeId, stagingTargetPath }) => {
      await mkdir(join(volumes, volumeId), { recursive: true });
      return bind(join(volumes, volumeId), stagingTargetPath);
    });
    this.#answer(nodeUnstageVolume, ({ stagingTargetPath }) => unbind(stagingTargetPath));
    this.#answer(nodePublishVolume, async ({ volumeId, stagingTargetPath, targetPath }) => {
      const source = stagingTargetPath ?? join(volumes, volumeId);
      for (const folder of [source, targetPath]) await mkdir(folder, { recursive: true });
      return bind(source, targetPath);
    });
    this.#answer(nodeExpandVolume, ({ capacityRange }) => ({ capacityBytes: capacityRange.requiredBytes }));
    this.#answer(nodeUnpublishVolume, async ({ targetPath }) => {
      await unbind(targetPath);
      await rmdir(targetPath);
      return {};
    });
  }

  #answer<Request extends object, Answer>(
    rpc: Rpc<Request, Answer>,
    answer: (request: Request) => Answer | Promise<Answer>,
  ): void {
    const method = rpc.path.slice(rpc.path.lastIndexOf('/') + 1);
    const handle = async (
      { request }: ServerUnaryCall<Request, Answer>,
      done: sendUnaryData<Answer>,
    ): Promise<void> => {
      this.calls.push({ method, request: Object.fromEntries(Object.entries(request)) });
      const failure = this.failing.get(method);
      if (failure !== undefined) return done({ code: status.INTERNAL, details: failure });
      try {
        done(null, await answer(request));
      } catch (error) {
        done({ code: status.UNKNOWN, details: String(error) });
      }
    };
    this.#server.register(
      rpc.path,
      (call: ServerUnaryCall<Request, Answer>, done: sendUnaryData<Answer>) => void handle(call, done),
      rpc.answer.encode,
      rpc.request.decode,
      'unary',
    );
  }
}

const isMounted = (path: string): Promise<boolean> =>
  run('mountpoint', ['-q', path]).then(
    () => true,
    () => false,
  );

/** Once, however often it is asked for. */
async function bind(source: string, target: string): Promise<Record<string, never>> {
  if (!(await isMounted(target))) await run('mount', ['--bind', source, target]);
  return {};
}

async function unbind(target: string): Promise<Record<string, never>> {
  if (await isMounted(target)) await run('umount', [target]);
  return {};
}
