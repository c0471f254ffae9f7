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

  /** Of IPv4, or of both families. */
  static async start(families: 'ipv4' | 'both' = 'ipv4'): Promise<TestNode> {
    const cidrs = testCidrs();
    const ofBoth = (ipv4: string, ipv6: string): string => (families === 'both' ? `${ipv4},${ipv6}` : ipv4);
    const dataDir = await mkdtemp(join(tmpdir(), 'tiphys-node-'));
    const network = await openNodeNetwork({
      native: native(),
      world: hostWorld(),
      log: silentLogger,
      dataDir,
      podCidr: cidrs.podCidr,
      clusterCidr: ofBoth(cidrs.podCidr, cidrs.podCidrIpv6),
      serviceCidr: ofBoth(cidrs.serviceCidr, cidrs.serviceCidrIpv6),
      nodeAddress: '',
    });
    return new TestNode(network, dataDir, cidrs);
  }

  private constructor(network: NodeNetwork, dataDir: string, cidrs: TestCidrs) {
    this.cidrs = cidrs;
    this.network = network;
    this.#dataDir = dataDir;
  }

  async pod(name: string): Promise<{ readonly pod: FakePod; readonly ip: string; readonly ips: readonly string[] }> {
    const pod = new FakePod();
    this.#pods.push(pod);
    const { podIps } = await this.network.attach({ podUid: name, netnsPath: pod.netnsPath });
    return { pod, ip: podIps[0] ?? '', ips: podIps };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pod of this.#pods) pod[Symbol.dispose]();
    await this.network.close();
    await removeNetwork(native(), hostWorld().files, this.#dataDir);
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
