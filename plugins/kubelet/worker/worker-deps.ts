import type { FilesNative } from '../../../native/files.ts';
import type { KubeletNative } from '../../../native/kubelet.ts';
import type { Client } from '../../../src/api/client.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import type { Images, RegistryCredential } from '../../images/contract.ts';
import type { PodNetwork, TrafficPolicies } from '../../network/contract.ts';
import type { Runtime } from '../../runtime/contract.ts';
import type { NodeAdmission } from '../admission/node-admission.ts';
import type { NodeAccount } from '../admission/node-account.ts';
import type { Amounts } from '../admission/taken.ts';
import type { OperationCounts } from '../metrics/operation-counts.ts';
import type { ProbeCounts } from '../probes/probe-counts.ts';
import type { WaitingResizes } from '../resize/waiting-resizes.ts';
import type { EnvironmentSources } from '../container/environment.ts';
import type { DevicesOnNode } from '../dra/devices-on-node.ts';
import type { Pod } from '../pod.ts';
import type { UserRanges } from '../sandbox/user-ranges.ts';
import type { VolumeDeps } from '../volumes/pod-volumes.ts';
import type { SharedRoot } from '../volumes/shared-root.ts';
import type { NodeFacts } from './node-facts.ts';
import type { NodePaths } from './pod-paths.ts';
import type { Slots } from './slots.ts';

/** What every pod worker of a node shares. */
export interface WorkerDeps {
  readonly world: World;
  readonly log: Logger;
  readonly native: KubeletNative & FilesNative;
  readonly runtime: Runtime;
  readonly network: PodNetwork;
  readonly policies: Pick<TrafficPolicies, 'enforce'>;
  readonly images: Images;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly pods: Cache<Pod>;
  readonly volumes: VolumeDeps;
  readonly sharedRoot: Pick<SharedRoot, 'admit'>;
  readonly devices: Pick<DevicesOnNode, 'pods' | 'editsOf'>;
  readonly users: Pick<UserRanges, 'take'>;
  readonly paths: NodePaths;
  readonly node: NodeFacts;
  readonly admission: NodeAdmission;
  readonly account: NodeAccount;
  /** What the node has for its pods. */
  readonly capacity: Amounts;
  readonly waiting: WaitingResizes;
  readonly probeCounts: Pick<ProbeCounts, 'count'>;
  readonly counts: Pick<OperationCounts, 'passed' | 'podRuns' | 'containerStarts' | 'refused'>;
  readonly slots: { readonly starts: Slots; readonly writes: Slots };
  environment(pod: Pod, podIps: readonly string[]): EnvironmentSources;
  credentials(pod: Pod): readonly RegistryCredential[];
  /** The worker's pod is gone, with all that was its on this node. */
  ended(podUid: string): void;
  /** Aborted when the kubelet stops; pods go on. */
  readonly signal: AbortSignal;
}
