import { milliUnits, parseQuantity, wholeUnits } from '../../src/base/quantity.ts';
import type { Container } from '../kinds/core/v1/container.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ResourceList } from '../kinds/core/v1/resource-list.ts';
import type { Resources } from './contract.ts';
import { resizedRequests, type ResizedRequests } from './resized-requests.ts';

/** What a pod takes of a node. */
export interface PodRequests {
  readonly requested: Resources;
  readonly likely: { readonly milliCpu: number; readonly memory: number };
}

/** kube-scheduler's guess for a container that requests nothing: 0.1 CPU, 200 MB. */
const GUESS = { milliCpu: 100, memory: 200 * 1024 * 1024 };

/** By the containers, which a pod's later revisions share. */
const memo = new WeakMap<Pod['spec']['containers'], Reckoned>();
interface Reckoned {
  readonly of: Pod['spec'];
  readonly requests: PodRequests;
}

/**
 * The most the pod holds at any time: all containers and sidecars together, or one init container beside
 * the sidecars started before it; with what its runtime adds. Requests of the pod itself replace those sums.
 * KEP-753, KEP-2837.
 */
export function podRequests(pod: Pod): PodRequests {
  const { spec } = pod;
  const resized = resizedRequests(pod);
  if (resized !== undefined) return reckoned(spec, container => effectiveOf(container, resized));
  const known = memo.get(spec.containers);
  if (known !== undefined && takesSame(known.of, spec)) return known.requests;
  const requests = reckoned(spec, requestsOf);
  memo.set(spec.containers, { of: spec, requests });
  return requests;
}

const reckoned = (spec: Pod['spec'], ofContainer: (container: Container) => Amounts): PodRequests => ({
  requested: { ...toResources(amountsOf(spec, ofContainer)), pods: 1 },
  likely: likelyOf(toResources(amountsOf(spec, container => guessed(ofContainer(container))))),
});

const requestsOf = ({ resources }: Container): Amounts => toAmounts(resources?.requests);

function effectiveOf(container: Container, { held, isInfeasible }: ResizedRequests): Amounts {
  const lists = held.get(container.name);
  if (lists === undefined) return requestsOf(container);
  return lists.map(toAmounts).reduce(largest, isInfeasible ? NOTHING : requestsOf(container));
}

const takesSame = (a: Pod['spec'], b: Pod['spec']): boolean =>
  a.initContainers === b.initContainers && a.resources === b.resources && a.overhead === b.overhead;

/** A node's capacity or a list of requests as numbers. */
export const resourcesOf = (list: ResourceList | undefined): Resources => toResources(toAmounts(list));

type Amounts = ReadonlyMap<string, number>;
const NOTHING: Amounts = new Map();

function amountsOf(spec: Pod['spec'], ofContainer: (container: Container) => Amounts): Amounts {
  let running = sum(spec.containers.map(ofContainer));
  let sidecars = NOTHING;
  let starting = NOTHING;
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      sidecars = sum([sidecars, ofContainer(container)]);
      starting = largest(starting, sidecars);
    } else {
      starting = largest(starting, sum([sidecars, ofContainer(container)]));
    }
  }
  running = largest(sum([running, sidecars]), starting);
  const ofPod = toAmounts(spec.resources?.requests);
  return sum([ofPod.size === 0 ? running : new Map([...running, ...ofPod]), toAmounts(spec.overhead)]);
}

function guessed(requests: Amounts): Amounts {
  const amounts = new Map(requests);
  if (!amounts.has('cpu')) amounts.set('cpu', GUESS.milliCpu);
  if (!amounts.has('memory')) amounts.set('memory', GUESS.memory);
  return amounts;
}

function toAmounts(list: ResourceList | undefined): Amounts {
  if (list === undefined) return NOTHING;
  return new Map(
    Object.entries(list).map(([name, text]) => {
      const quantity = parseQuantity(text);
      return [name, name === 'cpu' ? milliUnits(quantity) : wholeUnits(quantity)];
    }),
  );
}

function toResources(amounts: Amounts): Resources {
  const { cpu, memory, 'ephemeral-storage': ephemeral, pods, ...others } = Object.fromEntries(amounts);
  return {
    milliCpu: cpu ?? 0,
    memory: memory ?? 0,
    ephemeralStorage: ephemeral ?? 0,
    pods: pods ?? 0,
    others: new Map(Object.entries(others)),
  };
}

const likelyOf = ({ milliCpu, memory }: Resources): PodRequests['likely'] => ({ milliCpu, memory });

function sum(all: readonly Amounts[]): Amounts {
  const parts = all.filter(({ size }) => size > 0);
  if (parts.length < 2) return parts[0] ?? NOTHING;
  const total = new Map<string, number>();
  for (const part of parts) for (const [name, amount] of part) total.set(name, (total.get(name) ?? 0) + amount);
  return total;
}

function largest(a: Amounts, b: Amounts): Amounts {
  if (b.size === 0) return a;
  const most = new Map(a);
  for (const [name, amount] of b) most.set(name, Math.max(most.get(name) ?? 0, amount));
  return most;
}
