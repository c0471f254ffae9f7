import { type ApiTarget, targetOf } from './api-target.ts';
import { processUsage } from './process-usage.ts';

/** Another API server beside ours, and the processes it consists of. */
export interface Peer {
  readonly target: ApiTarget;
  readonly pids: readonly number[];
}

/** `--peer-kubeconfig=FILE` and `--peer-pid=SERVER,ETCD`, without which its CPU and memory are not told. */
export function peerOf(args: readonly string[]): Peer | undefined {
  const flag = (name: string): string | undefined =>
    args.find(word => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const file = flag('peer-kubeconfig');
  if (file === undefined) return undefined;
  return { target: targetOf(file), pids: (flag('peer-pid')?.split(',') ?? []).map(Number) };
}

/** CPU of all its processes so far. */
export const peerCpuUs = ({ pids }: Peer): number => pids.reduce((sum, pid) => sum + processUsage(pid).cpuMs * 1000, 0);

export const peerResidentMb = ({ pids }: Peer): number =>
  pids.reduce((sum, pid) => sum + processUsage(pid).residentMb, 0);
