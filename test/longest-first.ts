import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification, type Vitest } from 'vitest/node';

/** What files of tests take on two processors, seconds, where it is much more than others do; a rough figure will do. */
const SECONDS: Readonly<Record<string, number>> = {
  'test/node/kubectl-streams.test.ts': 46,
  'test/node/network-policies.test.ts': 70,
  'test/node/two-nodes.test.ts': 43,
  'test/node/full-disk.test.ts': 37,
  'test/node/main-job.test.ts': 55,
  'test/node/clocks-and-pauses.test.ts': 35,
  'test/node/kubectl-commands.test.ts': 30,
  'test/node/port-forward.test.ts': 25,
  'test/node/images.test.ts': 19,
  'test/node/sandbox-kill-sweep.test.ts': 25,
  'test/node/daemon-soak.test.ts': 25,
  'test/node/spdy-floods.test.ts': 21,
  'test/node/stream-floods.test.ts': 24,
  'test/node/binary.test.ts': 20,
  'test/node/pods.test.ts': 11,
  'test/node/crashing-plugins.test.ts': 16,
  'test/node/restart.test.ts': 15,
  'test/node/service-changes.test.ts': 11,
  'test/node/unpack-kill.test.ts': 11,
  'test/node/node-faults.test.ts': 13,
  'test/node/services.test.ts': 6,
  'test/node/isolation.test.ts': 11,
  'test/node/local-traffic.test.ts': 11,
  'test/node/two-servers.test.ts': 10,
  'test/node/pod-configuration.test.ts': 8,
  'plugins/images/hostile-layers.root.test.ts': 17,
  'plugins/kubelet/containers.root.test.ts': 10,
  'plugins/kubelet/dra/devices-of-pods.root.test.ts': 9,
  'plugins/kubelet/csi/block-devices.root.test.ts': 8,
  'plugins/kubelet/csi/csi-volumes.root.test.ts': 8,
  'plugins/runtime/spare-shims.root.test.ts': 8,
  'plugins/runtime/exec.root.test.ts': 7,
  'plugins/kubelet/kubelet.root.test.ts': 13,
  'plugins/kubelet/expelled-pods.root.test.ts': 12,
  'plugins/kubelet/csi/driver-in-pod.root.test.ts': 12,
  'plugins/kubectl/both-clients.test.ts': 71,
  'plugins/store-sqlite/fault-sweep.test.ts': 30,
  'plugins/store-etcd/etcd-faults.test.ts': 24,
  'plugins/apiserver/http/kubectl.test.ts': 16,
  'plugins/apiserver/hostile/http1.test.ts': 16,
  'plugins/apiserver/hostile/http2.test.ts': 16,
  'native/fuzz/replay.test.ts': 16,
  'plugins/store-sqlite/crash.test.ts': 12,
  'plugins/store-sqlite/power-cut.test.ts': 11,
  'test/sealed-stores.test.ts': 15,
};
const OTHERS_SECONDS = 2;

/** The longest files begin first, and shards, where there are some, take about as long as each other. */
export class LongestFirst extends BaseSequencer {
  readonly #vitest: Vitest;

  constructor(vitest: Vitest) {
    super(vitest);
    this.#vitest = vitest;
  }

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // By their names where alike: each shard's process must come to the same order.
    return files.toSorted((a, b) => this.#secondsOf(b) - this.#secondsOf(a) || (a.moduleId < b.moduleId ? -1 : 1));
  }

  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { shard } = this.#vitest.config;
    if (shard === undefined) return files;
    const shards = Array.from({ length: shard.count }, () => ({ seconds: 0, files: [] as TestSpecification[] }));
    for (const file of await this.sort(files)) {
      const least = shards.reduce((a, b) => (b.seconds < a.seconds ? b : a));
      least.seconds += this.#secondsOf(file);
      least.files.push(file);
    }
    return shards[shard.index - 1]?.files ?? [];
  }

  #secondsOf({ moduleId }: TestSpecification): number {
    return SECONDS[relative(this.#vitest.config.root, moduleId)] ?? OTHERS_SECONDS;
  }
}
