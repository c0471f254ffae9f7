import { addQuantities, compareQuantities, formatQuantity, readQuantity } from '../../../../src/base/quantity.ts';
import type { Quantity } from '../../../../src/base/quantity.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodStatus } from './pod-status.ts';
import { isHugePages } from './resource-names.ts';
import type { ResourceList } from './resource-list.ts';

type Kind = 'requests' | 'limits';
type Amounts = Map<string, Quantity>;

/** What a container counts for. */
type CountedAs = (container: Container, kind: Kind) => ResourceList | undefined;
const asSpecified: CountedAs = ({ resources }, kind) => resources?.[kind];

/** What the containers of a pod request or are limited to together; what is no quantity is left out. */
export function containersTogether(
  { containers, initContainers = [] }: PodSpec,
  kind: Kind,
  countedAs: CountedAs = asSpecified,
): ResourceList {
  const sum: Amounts = new Map();
  for (const container of containers) add(sum, toAmounts(countedAs(container, kind)));
  const sidecars: Amounts = new Map();
  const before: Amounts = new Map();
  for (const container of initContainers) {
    const own = toAmounts(countedAs(container, kind));
    if (container.restartPolicy === 'Always') {
      add(sum, own);
      add(sidecars, own);
      raise(before, sidecars);
    } else {
      add(own, sidecars);
      raise(before, own);
    }
  }
  raise(sum, before);
  return toList(sum);
}

/** The same for the whole pod: what it says itself goes before what its containers say, and its runtime adds to both. */
export function wholePod(spec: PodSpec, kind: Kind, countedAs: CountedAs = asSpecified): ResourceList {
  const sum = toAmounts(containersTogether(spec, kind, countedAs));
  for (const [name, amount] of ofPodItself(spec, kind)) sum.set(name, amount);
  // What has no limit is not limited by what its runtime adds.
  const isRaised = (name: string): boolean => kind === 'requests' || (sum.get(name)?.nano ?? 0n) !== 0n;
  add(sum, new Map([...toAmounts(spec.overhead)].filter(([name]) => isRaised(name))));
  return toList(sum);
}

/** The same while the pod may be resized: what it holds, where that is more than what is wanted. */
export const heldByPod = (
  { spec, status }: { readonly spec: PodSpec; readonly status: PodStatus },
  kind: Kind,
): ResourceList => wholePod(spec, kind, asHeld(status));

/** What a pod says of itself takes the place of what its containers come to. */
const ofPodItself = ({ resources }: PodSpec, kind: Kind): Amounts =>
  new Map([...toAmounts(resources?.[kind])].filter(([name]) => OF_PODS.has(name) || isHugePages(name)));

const OF_PODS: ReadonlySet<string> = new Set(['cpu', 'memory']);

/** The most of what is wanted, held and set aside; of what cannot be, only what is. */
function asHeld({ containerStatuses = [], initContainerStatuses = [], conditions = [] }: PodStatus): CountedAs {
  const statuses = new Map([...containerStatuses, ...initContainerStatuses].map(status => [status.name, status]));
  const pending = conditions.find(({ type }) => type === 'PodResizePending');
  const isInfeasible = pending?.reason === 'Infeasible';
  return (container, kind) => {
    const wanted = asSpecified(container, kind);
    const status = statuses.get(container.name);
    if (status?.resources === undefined) return wanted;
    const most: Amounts = isInfeasible ? new Map() : toAmounts(wanted);
    raise(most, toAmounts(status.resources[kind]));
    if (kind === 'requests') raise(most, toAmounts(status.allocatedResources));
    return toList(most);
  };
}

const toList = (amounts: Amounts): ResourceList =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));

function toAmounts(list: ResourceList | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, text] of Object.entries(list ?? {})) {
    const amount = readQuantity(text);
    if (amount !== undefined) amounts.set(name, amount);
  }
  return amounts;
}

function add(sum: Amounts, others: Amounts): void {
  for (const [name, amount] of others) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? amount : addQuantities(before, amount));
  }
}

function raise(most: Amounts, others: Amounts): void {
  for (const [name, amount] of others) {
    const before = most.get(name);
    if (before === undefined || compareQuantities(before, amount) < 0) most.set(name, amount);
  }
}
