import type { SharedTurns } from '../../../src/base/shared-turns.ts';
import type { Allocatable } from '../container/resource-field.ts';
import type { LogLimits } from '../logs/log-limits.ts';
import type { ResolvConf } from '../sandbox/resolv-conf.ts';

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
