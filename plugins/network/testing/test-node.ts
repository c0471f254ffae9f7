import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { removeNetwork } from '../footprint.ts';
import { openNodeNetwork, type NodeNetwork } from '../node-network.ts';
import { FakePod } from './fake-pod.ts';
import { testCidrs, type TestCidrs } from './test-cidrs.ts';

/** A node's network with pods on it, real but for the programs; everything is removed when it is disposed of. */
export class TestNode implements AsyncDisposable {
  readonly network: NodeNetwork;
  readonly cidrs: TestCidrs;
  readonly #dataDir: string;
  readonly #pods: FakePod[] = [];

  static async start(): Promise<TestNode> {
    const cidrs = testCidrs();
    const dataDir = await mkdtemp(join(tmpdir(), 'tiphys-node-'));
    const network = await openNodeNetwork({
      native: native(),
      world: hostWorld(),
      log: silentLogger,
      dataDir,
      podCidr: cidrs.podCidr,
      clusterCidr: cidrs.podCidr,
      serviceCidr: cidrs.serviceCidr,
      nodeAddress: '',
    });
    return new TestNode(network, dataDir, cidrs);
  }

  private constructor(network: NodeNetwork, dataDir: string, cidrs: TestCidrs) {
    this.cidrs = cidrs;
    this.network = network;
    this.#dataDir = dataDir;
  }

  async pod(name: string): Promise<{ readonly pod: FakePod; readonly ip: string }> {
    const pod = new FakePod();
    this.#pods.push(pod);
    const { podIp } = await this.network.attach({ podUid: name, netnsPath: pod.netnsPath });
    return { pod, ip: podIp };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pod of this.#pods) pod[Symbol.dispose]();
    await this.network.close();
    await removeNetwork(native(), hostWorld().files, this.#dataDir);
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
