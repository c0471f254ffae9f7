import type { Allocatable } from '../container/resource-field.ts';

/** What of this node its pods depend on. */
export interface NodeFacts {
  readonly name: string;
  readonly hostname: string;
  readonly hostIps: readonly string[];
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly cpus: number;
  readonly memoryCapacityBytes: number;
  readonly allocatable: Allocatable;
  readonly podPidsLimit: number | null;
  /** The resolv.conf that `dnsPolicy: Default` hands on. */
  readonly resolvConfPath: string;
}
