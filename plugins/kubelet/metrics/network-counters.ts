import type { Files } from '../../../src/base/world.ts';
import { readIfPresent } from '../../../src/base/durable-file.ts';

/** What an interface has carried since it was made. */
export interface NetworkCounters {
  readonly interface: string;
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly receiveErrors: number;
  readonly receiveDropped: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly sendErrors: number;
  readonly sendDropped: number;
}

/** Of the network namespace that `netnsPath` names as /proc/<pid>/ns/net; none once its process has gone. */
export async function networkCounters(files: Files, netnsPath: string): Promise<readonly NetworkCounters[]> {
  const process = /^\/proc\/\d+\//.exec(netnsPath)?.[0];
  if (process === undefined) return [];
  return readNetDev((await readIfPresent(files, `${process}net/dev`)) ?? '');
}

/** Of proc_pid_net(5)'s `dev`, without the loopback. */
export function readNetDev(text: string): readonly NetworkCounters[] {
  return text.split('\n').flatMap(line => {
    const [, name, counts] = /^\s*([^:\s]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || counts === undefined || name === 'lo') return [];
    const numbers = counts.trim().split(/\s+/).map(Number);
    const at = (index: number): number => numbers[index] ?? 0;
    return [
      {
        interface: name,
        receivedBytes: at(0),
        receivedPackets: at(1),
        receiveErrors: at(2),
        receiveDropped: at(3),
        sentBytes: at(8),
        sentPackets: at(9),
        sendErrors: at(10),
        sendDropped: at(11),
      },
    ];
  });
}
