import { collide } from '../../kinds/core/v1/host-ports.ts';
import type { Taken } from './taken.ts';

/** What all pods of a node but one take of it. */
export interface Others {
  amount(resource: string): number;
  collides(hostPort: string): boolean;
}

/** What each pod that a node has taken on takes of it, and all of them together: asking costs the same however many there are. */
export class NodeAccount {
  readonly #taken = new Map<string, Taken>();
  /** Exact, whatever comes and goes. */
  readonly #sums = new Map<string, bigint>();
  /** By protocol and port: what pods take of it at some address or at all. */
  readonly #ports = new Map<string, { readonly podUid: string; readonly hostPort: string }[]>();
  readonly #freed: () => void;
  readonly #weighed: (burstableMillis: number) => void;
  #burstableMillis = 0;

  /** `freed` is told when a pod takes less than it did, or goes, `weighed` of what Burstable pods take of processors. */
  constructor(freed: () => void = () => undefined, weighed: (burstableMillis: number) => void = () => undefined) {
    this.#freed = freed;
    this.#weighed = weighed;
  }

  has(podUid: string): boolean {
    return this.#taken.has(podUid);
  }

  of(podUid: string): Taken | undefined {
    return this.#taken.get(podUid);
  }

  take(podUid: string, taken: Taken): void {
    const before = this.#taken.get(podUid);
    if (before !== undefined) this.#remove(podUid, before);
    this.#taken.set(podUid, taken);
    for (const [name, amount] of taken.amounts) this.#add(name, BigInt(amount));
    for (const hostPort of taken.hostPorts) {
      const key = portOf(hostPort);
      const holders = this.#ports.get(key);
      if (holders === undefined) this.#ports.set(key, [{ podUid, hostPort }]);
      else holders.push({ podUid, hostPort });
    }
    this.#weigh(taken, 1);
    if (before !== undefined && isLess(taken, before)) this.#freed();
  }

  release(podUid: string): void {
    const before = this.#taken.get(podUid);
    if (before === undefined) return;
    this.#remove(podUid, before);
    this.#freed();
  }

  without(podUid: string): Others {
    const own = this.#taken.get(podUid)?.amounts;
    return {
      amount: resource => Number(this.#sums.get(resource) ?? 0n) - (own?.get(resource) ?? 0),
      collides: hostPort =>
        (this.#ports.get(portOf(hostPort)) ?? []).some(
          holder => holder.podUid !== podUid && collide(holder.hostPort, hostPort),
        ),
    };
  }

  #weigh({ amounts, isBurstable }: Pick<Taken, 'amounts' | 'isBurstable'>, sign: 1 | -1): void {
    if (isBurstable) this.#burstableMillis += sign * (amounts.get('cpu') ?? 0);
    this.#weighed(this.#burstableMillis);
  }

  #remove(podUid: string, { amounts, hostPorts, isBurstable }: Taken): void {
    this.#taken.delete(podUid);
    this.#weigh({ amounts, isBurstable }, -1);
    for (const [name, amount] of amounts) this.#add(name, -BigInt(amount));
    for (const hostPort of hostPorts) {
      const key = portOf(hostPort);
      const left = (this.#ports.get(key) ?? []).filter(holder => holder.podUid !== podUid);
      if (left.length === 0) this.#ports.delete(key);
      else this.#ports.set(key, left);
    }
  }

  #add(name: string, amount: bigint): void {
    const sum = (this.#sums.get(name) ?? 0n) + amount;
    if (sum === 0n) this.#sums.delete(name);
    else this.#sums.set(name, sum);
  }
}

const isLess = (after: Taken, before: Taken): boolean =>
  [...before.amounts].some(([name, amount]) => (after.amounts.get(name) ?? 0) < amount);

/** Without the address. */
const portOf = (hostPort: string): string => {
  const [protocol = '', , port = ''] = hostPort.split('/');
  return `${protocol}/${port}`;
};
