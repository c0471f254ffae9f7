import { formatQuantity, milliUnits, wholeUnits, type Quantity } from '../../src/base/quantity.ts';
import type { LimitRange } from '../kinds/core/v1/limit-range.ts';
import type { LimitRangeItem } from '../kinds/core/v1/limit-range-spec.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { containersTogether } from '../kinds/core/v1/pod-resources.ts';
import type { ResourceList } from '../kinds/core/v1/resource-list.ts';
import { amountsOf, NOTHING, ZERO, type Amounts } from './amounts.ts';

/** What something asks for. */
interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Where a pod or its containers are out of the bounds of a range, in words. */
export const podProblems = (pod: Pod, range: LimitRange): readonly string[] =>
  (range.spec.limits ?? []).flatMap(item => askedBy(pod, item.type).flatMap(asked => boundProblems(item, asked)));

/** The same of a claim: only what it requests is looked at. */
export const claimProblems = ({ spec }: PersistentVolumeClaim, range: LimitRange): readonly string[] =>
  (range.spec.limits ?? []).flatMap(item => {
    if (item.type !== 'PersistentVolumeClaim') return [];
    const asked = { requests: amountsOf(spec.resources.requests), limits: NOTHING };
    return [
      ...problemsOf(item.min, (name, bound) => leastProblem(item.type, name, bound, asked)),
      ...problemsOf(item.max, (name, bound) => mostRequestProblem(item.type, name, bound, asked)),
    ];
  });

function askedBy(pod: Pod, type: string): readonly Asked[] {
  const { containers, initContainers = [] } = pod.spec;
  if (type === 'Container') {
    return [...containers, ...initContainers].map(({ resources }) => ({
      requests: amountsOf(resources.requests),
      limits: amountsOf(resources.limits),
    }));
  }
  return type === 'Pod' ? [{ requests: ofPod(pod, 'requests'), limits: ofPod(pod, 'limits') }] : [];
}

/** What a pod says of itself takes the place of what its containers come to. */
function ofPod({ spec }: Pod, kind: 'requests' | 'limits'): Amounts {
  const own = [...amountsOf(spec.resources?.[kind])].filter(([name]) => name === 'cpu' || name === 'memory');
  return new Map([...amountsOf(containersTogether(spec, kind)), ...own]);
}

const boundProblems = ({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, asked: Asked): readonly string[] => [
  ...problemsOf(min, (name, bound) => leastProblem(type, name, bound, asked)),
  ...problemsOf(max, (name, bound) => mostProblem(type, name, bound, asked)),
  ...problemsOf(maxLimitRequestRatio, (name, bound) => ratioProblem(type, name, bound, asked)),
];

type Check = (name: string, bound: Quantity) => string | undefined;
const problemsOf = (bounds: ResourceList | undefined, check: Check): readonly string[] =>
  [...amountsOf(bounds)].flatMap(([name, bound]) => check(name, bound) ?? []);

/** Larger amounts have no thousandths in 64 bits. */
const MAX_MILLI = 2 ** 63 / 1000;

/** Amounts in the finest unit that all of them have, rounded up in it. */
function alike(...amounts: readonly (Quantity | undefined)[]): readonly number[] {
  const given = amounts.map(amount => amount ?? ZERO);
  return given.map(given.every(amount => wholeUnits(amount) <= MAX_MILLI) ? milliUnits : wholeUnits);
}

function leastProblem(type: string, name: string, bound: Quantity, { requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const [asked = 0, limited = 0, least = 0] = alike(request, limit, bound);
  const told = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (request === undefined) return `${told}.  No request is specified`;
  if (asked < least) return `${told}, but request is ${formatQuantity(request)}`;
  return limit !== undefined && limited < least ? `${told}, but limit is ${formatQuantity(limit)}` : undefined;
}

function mostProblem(type: string, name: string, bound: Quantity, { requests, limits }: Asked): string | undefined {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const [asked = 0, limited = 0, most = 0] = alike(request, limit, bound);
  const told = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (limit === undefined) return `${told}.  No limit is specified`;
  if (limited > most) return `${told}, but limit is ${formatQuantity(limit)}`;
  return request !== undefined && asked > most ? `${told}, but request is ${formatQuantity(request)}` : undefined;
}

function mostRequestProblem(type: string, name: string, bound: Quantity, { requests }: Asked): string | undefined {
  const request = requests.get(name);
  const [asked = 0, most = 0] = alike(request, bound);
  const told = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (request === undefined) return `${told}.  No request is specified`;
  return asked > most ? `${told}, but request is ${formatQuantity(request)}` : undefined;
}

function ratioProblem(type: string, name: string, bound: Quantity, { requests, limits }: Asked): string | undefined {
  const [asked = 0, limited = 0] = alike(requests.get(name), limits.get(name), bound);
  const told = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  if (asked === 0) return `${told}, but no request is specified or request is 0`;
  if (limited === 0) return `${told}, but no limit is specified or limit is 0`;
  const ratio = limited / asked;
  const [most = 0, unit = 1] = wholeUnits(bound) <= MAX_MILLI ? [milliUnits(bound), 1000] : [wholeUnits(bound), 1];
  return ratio * unit > most ? `${told}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
