import type { FilesNative } from '../../../native/files.ts';
import { byFamily, families } from '../../../src/base/by-family.ts';
import { SharedTurns } from '../../../src/base/shared-turns.ts';
import type { World } from '../../../src/base/world.ts';
import type { PodNetwork } from '../../network/contract.ts';
import type { Allocatable } from '../container/resource-field.ts';
import type { LogLimits } from '../logs/log-limits.ts';
import type { Machine } from '../node/machine.ts';
import { hostFile } from '../sandbox/host-file.ts';
import { parseResolvConf, type ResolvConf } from '../sandbox/resolv-conf.ts';

/** What of this node its pods depend on. */
export interface NodeFacts {
  readonly name: string;
  readonly hostname: string;
  readonly hostIps: readonly string[];
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly cpus: number;
  readonly memoryCapacityBytes: number;
  readonly allocatable: Allocatable;
  readonly hasAppArmor: boolean;
  /** Whether containers that name no profile of AppArmor are held to the default one. */
  readonly appArmorByDefault: boolean;
  readonly logLimits: LogLimits;
  readonly podPidsLimit: number | null;
  /** Reads the resolv.conf that `dnsPolicy: Default` hands on. */
  readonly hostResolvConf: SharedTurns<ResolvConf>;
}

/** What they are, of a machine and the settings of its kubelet. */
export const nodeFacts = (
  machine: Machine,
  allocatable: Allocatable,
  config: FactSettings,
  { world, network, native }: FactDeps,
): NodeFacts => ({
  name: config.nodeName,
  hostname: world.network.hostname(),
  hostIps: network.nodeAddresses,
  clusterDns: families(byFamily(config.clusterDns)),
  clusterDomain: config.clusterDomain,
  cpus: machine.cpus,
  memoryCapacityBytes: machine.memoryBytes,
  allocatable,
  hasAppArmor: machine.hasAppArmor,
  appArmorByDefault: machine.hasAppArmor && machine.hasAppArmorParser,
  podPidsLimit: config.podPidsLimit,
  logLimits: config.logLimits,
  hostResolvConf: new SharedTurns(async () => parseResolvConf(await hostFile(native, config.resolvConfPath))),
});

interface FactSettings extends Pick<NodeFacts, 'clusterDomain' | 'podPidsLimit' | 'logLimits'> {
  readonly nodeName: string;
  readonly clusterDns: string;
  readonly resolvConfPath: string;
}

interface FactDeps {
  readonly world: { readonly network: Pick<World['network'], 'hostname'> };
  readonly network: Pick<PodNetwork, 'nodeAddresses'>;
  readonly native: FilesNative;
}
