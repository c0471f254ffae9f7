import { parseQuantity } from '../../../src/base/quantity.ts';
import type { DeviceConstraint } from '../../kinds/resource/v1/resource-claim-spec.ts';
import type { AllocationInput } from './allocation-input.ts';
import { consumedCapacity, hasCapacity, type Amounts } from './device-capacity.ts';
import { allowsDevice } from './device-constraint.ts';
import { AllocationProblem, MAX_DEVICES, type Demand, type GivenDevice } from './device-demand.ts';
import { amountsOf, type DevicePool, type OfferedDevice } from './device-pools.ts';
import { isTolerated } from './device-taints.ts';

/** `too-many`: the claim would be given more than it can hold; no other device changes that, another way may. */
type Found = 'all' | 'none' | 'too-many';

/** Tries one device after the other for each demand, claim by claim, and goes back where that leads nowhere. */
export class DeviceSearch {
  readonly #input: AllocationInput;
  /** Of each claim, of each of its requests, the ways to satisfy it. */
  readonly #demands: readonly (readonly (readonly Demand[])[])[];
  readonly #candidates: readonly OfferedDevice[];
  readonly #given: GivenDevice[] = [];
  readonly #left = new Map<DevicePool, ReadonlyMap<string, Amounts>>();

  constructor(input: AllocationInput, demands: readonly (readonly (readonly Demand[])[])[]) {
    this.#input = input;
    this.#demands = demands;
    this.#candidates = input.pools.flatMap(({ pool, devices }) => (pool.problem === undefined ? devices : []));
  }

  /** All that was given, or undefined where not all can be. */
  run(): readonly GivenDevice[] | undefined {
    return this.#request(0, 0) === 'all' ? this.#given : undefined;
  }

  #request(claim: number, nth: number): Found {
    const requests = this.#demands[claim];
    if (requests === undefined) return 'all';
    const ways = requests[nth];
    if (ways === undefined) {
      const found = this.#request(claim + 1, 0);
      return found === 'too-many' ? 'none' : found;
    }
    let isTooMany = true;
    for (const demand of ways) {
      const found = this.#devices(demand, claim, () => this.#request(claim, nth + 1), 0, 0);
      if (found === 'all') return 'all';
      isTooMany &&= found === 'too-many';
    }
    return isTooMany ? 'too-many' : 'none';
  }

  /** `count` of the demand's devices are given; others are looked for from `start` on, so that no set is tried twice. */
  #devices(demand: Demand, claim: number, next: () => Found, count: number, start: number): Found {
    if (this.#input.isOver())
      throw new AllocationProblem(`node ${this.#input.node.name}: timed out trying to allocate devices`);
    const { all } = demand;
    if (all?.length === 0) return 'none';
    const missing = demand.count - count;
    if (missing <= 0) return next();
    if (this.#given.filter(({ place }) => place === claim).length + missing > MAX_DEVICES) return 'too-many';
    const among = all ?? this.#candidates;
    // Fewer than are missing lead nowhere; of all, each is the only one to be tried.
    const end = all === undefined ? among.length - missing : start;
    for (let index = start; index <= end; index++) {
      const offered = among[index];
      if (offered === undefined || !this.#take(demand, claim, offered)) continue;
      const found = this.#devices(demand, claim, next, count + 1, index + 1);
      if (found === 'all') return 'all';
      this.#given.pop();
      if (found === 'too-many') return 'too-many';
    }
    return 'none';
  }

  /** Whether it was free, fit and allowed; then it is given. */
  #take(demand: Demand, place: number, offered: OfferedDevice): boolean {
    const { device, id } = offered;
    if (this.#isInUse(demand, place, offered)) return false;
    if (demand.all === undefined && !demand.selects(offered)) return false;
    const isShared = device.allowMultipleAllocations === true;
    const inUse = this.#consumed(id);
    if (!hasCapacity(device, demand.capacity, inUse ?? new Map())) return false;
    if (!(isShared && inUse !== undefined) && !this.#hasCounters(offered)) return false;
    if (!isTolerated(device.taints, demand.tolerations)) return false;
    const share = isShared
      ? { id: this.#input.newShareId(), capacity: consumedCapacity(device, demand.capacity) }
      : undefined;
    const candidate: GivenDevice = { place, request: demand, offered, share };
    const others = this.#given.filter(given => given.place === place);
    if (!this.#constraints(place).every(constraint => allowsDevice(constraint, others, candidate))) {
      // A claim that asks for all devices and does not allow them together makes no sense.
      if (demand.all !== undefined) throw this.#contradiction(demand, place, offered);
      return false;
    }
    this.#given.push(candidate);
    return true;
  }

  #isInUse({ isAdmin }: Demand, place: number, { id, device }: OfferedDevice): boolean {
    const isGiven = (given: GivenDevice): boolean => given.offered.id === id && given.share === undefined;
    if (isAdmin)
      return (
        device.allowMultipleAllocations !== true && this.#given.some(given => given.place === place && isGiven(given))
      );
    return this.#input.allocated.has(id) || this.#given.some(isGiven);
  }

  /** What is taken of a device that several may have; undefined where nobody has it. */
  #consumed(id: string): Amounts | undefined {
    const before = this.#input.allocated.consumed(id);
    const shares = this.#given.flatMap(({ offered, share }) =>
      offered.id === id && share !== undefined ? [share] : [],
    );
    if (shares.length === 0) return before;
    const sums = new Map(before);
    for (const { capacity } of shares) {
      for (const [name, amount] of Object.entries(capacity))
        sums.set(name, (sums.get(name) ?? 0n) + parseQuantity(amount).nano);
    }
    return sums;
  }

  /** Whether enough is left of what the devices of the pool share. */
  #hasCounters({ pool, device }: OfferedDevice): boolean {
    const { consumesCounters = [] } = device;
    if (consumesCounters.length === 0) return true;
    const given = new Set(this.#given.flatMap(({ offered }) => (offered.pool === pool ? [offered.device] : [])));
    return consumesCounters.every(({ counterSet, counters }) =>
      [...amountsOf(counters)].every(([name, amount]) => {
        const taken = [...given].reduce((sum, other) => sum + counterOf(other, counterSet, name), 0n);
        return (this.#leftOf(pool).get(counterSet)?.get(name) ?? 0n) >= taken + amount;
      }),
    );
  }

  /** Of each counter, what devices that are allocated leave. */
  #leftOf(pool: DevicePool): ReadonlyMap<string, Amounts> {
    const known = this.#left.get(pool);
    if (known !== undefined) return known;
    const { allocated } = this.#input;
    const taken = pool.devices.filter(({ id }) => allocated.has(id) || allocated.consumed(id) !== undefined);
    const left = new Map(
      [...pool.counters].map(([set, counters]) => [
        set,
        new Map(
          [...counters].map(([name, amount]) => [
            name,
            taken.reduce((sum, { device }) => sum - counterOf(device, set, name), amount),
          ]),
        ),
      ]),
    );
    this.#left.set(pool, left);
    return left;
  }

  #constraints(place: number): readonly DeviceConstraint[] {
    return this.#input.claims[place]?.spec.devices.constraints ?? [];
  }

  #contradiction({ said }: Demand, place: number, { id }: OfferedDevice): AllocationProblem {
    const { namespace = '', name = '' } = this.#input.claims[place]?.metadata ?? {};
    return new AllocationProblem(
      `claim ${namespace}/${name}, request ${said}: cannot add device ${id} because a claim constraint would not be satisfied`,
    );
  }
}

const counterOf = ({ consumesCounters = [] }: OfferedDevice['device'], set: string, name: string): bigint =>
  consumesCounters.reduce((sum, { counterSet, counters }) => {
    const value = counterSet === set ? counters?.[name]?.value : undefined;
    return value === undefined ? sum : sum + parseQuantity(value).nano;
  }, 0n);
