import { milliUnits, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { hostPortsOf } from '../../kinds/core/v1/host-ports.ts';
import { wholePod } from '../../kinds/core/v1/pod-resources.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import type { Pod } from '../pod.ts';

/** Amounts of resources in the order in which they are judged; processors in thousandths. */
export type Amounts = ReadonlyMap<string, number>;

/** What a pod takes of its node. */
export interface Taken {
  readonly amounts: Amounts;
  /** As `hostPortsOf` writes them. */
  readonly hostPorts: readonly string[];
  /** Whether it shares what it asks for of processors with others of its class. */
  readonly isBurstable: boolean;
}

export function takenBy({ spec, status }: Pick<Pod, 'spec' | 'status'>): Taken {
  // Of these it has devices, which drivers give out.
  const devices = new Set(status.extendedResourceClaimStatus?.requestMappings.map(({ resourceName }) => resourceName));
  const amounts = [...amountsOf(wholePod(spec, 'requests'))].filter(([name]) => !devices.has(name));
  return {
    amounts: new Map([['pods', 1], ...amounts]),
    hostPorts: hostPortsOf(spec),
    isBurstable: qosClassOf(spec) === 'Burstable',
  };
}

/** Of the same pod: the larger of each. */
export function mostTaken(a: Taken, b: Taken): Taken {
  const amounts = new Map(a.amounts);
  for (const [name, amount] of b.amounts) amounts.set(name, Math.max(amounts.get(name) ?? 0, amount));
  return { ...a, amounts };
}

export function amountsOf(list: Readonly<Record<string, string>>): Amounts {
  const first = FIRST.filter(name => Object.hasOwn(list, name));
  const rest = Object.keys(list).filter(name => !FIRST.includes(name));
  return new Map(
    [...first, ...rest].map(name => {
      const quantity = parseQuantity(list[name] ?? '0');
      return [name, name === 'cpu' ? milliUnits(quantity) : wholeUnits(quantity)];
    }),
  );
}

const FIRST: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
