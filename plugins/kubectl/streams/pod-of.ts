import { find, listObjects, type Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt, textsAt } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import { untilPresent } from './until-present.ts';

/** The pod that `POD` or `TYPE/NAME` means. */
export async function podOf(call: Call, name: string, timeoutMs: number): Promise<KubeObject> {
  const { found, failures } = await find(call, { args: name.includes('/') ? [name] : ['pods', name], latest: true });
  throwAll(failures);
  const [first] = found;
  if (first === undefined) throw new Failure(`no objects found for ${name}`);
  return first.resource.kind === 'Pod' ? first.object : firstPodOf(call, first, timeoutMs);
}

async function firstPodOf(call: Call, owner: Found, timeoutMs: number): Promise<KubeObject> {
  const pods = await untilPresent(call, timeoutMs, () => podsOf(call, owner));
  const [first] = pods.toSorted(byLogging);
  if (first === undefined) throw new Failure('timed out waiting for the condition');
  return first;
}

/** The pods that a workload or service selects. */
export async function podsOf(
  { cluster }: Call,
  { object, resource, namespace }: Found,
): Promise<readonly KubeObject[]> {
  const labelSelector = selectorText(object);
  if (labelSelector === undefined) {
    throw new Failure(
      `cannot attach to *${resource.version}.${resource.kind}: selector for *${resource.version}.${resource.kind} not implemented`,
    );
  }
  return listObjects(await cluster.client(), (await cluster.names()).named('pods'), namespace, { labelSelector });
}

/** The label selector of whatever has one. */
export function selectorText(object: unknown): string | undefined {
  const selector = dig(object, 'spec', 'selector');
  if (selector === undefined) return undefined;
  const isPlain = dig(selector, 'matchLabels') === undefined && dig(selector, 'matchExpressions') === undefined;
  const labels = Object.entries(isPlain ? textsAt(selector) : textsAt(selector, 'matchLabels'));
  const expressions = isPlain ? [] : listAt(selector, 'matchExpressions').map(expressionText);
  return [...labels.toSorted().map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
}

function expressionText(expression: unknown): string {
  const key = textAt(expression, 'key');
  const values = `(${listAt(expression, 'values').map(String).join(',')})`;
  const operator = textAt(expression, 'operator');
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} ${values}`;
}

const isReady = (pod: KubeObject): boolean =>
  listAt(pod, 'status', 'conditions').some(
    each => textAt(each, 'type') === 'Ready' && textAt(each, 'status') === 'True',
  );
const restarts = (pod: KubeObject): number =>
  Math.max(0, ...listAt(pod, 'status', 'containerStatuses').map(status => numberAt(status, 'restartCount') ?? 0));
const PHASES: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };

/** Those that have the most to tell first: on a node, running, ready, older. */
export function byLogging(a: KubeObject, b: KubeObject): number {
  const key = (pod: KubeObject): readonly number[] => [
    Number(textAt(pod, 'spec', 'nodeName') === ''),
    PHASES[textAt(pod, 'status', 'phase')] ?? 3,
    Number(!isReady(pod)),
    -restarts(pod),
    timeMs(textAt(pod, 'metadata', 'creationTimestamp')) ?? 0,
  ];
  const [left, right] = [key(a), key(b)];
  for (let i = 0; i < left.length; i++) {
    const order = (left[i] ?? 0) - (right[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

export const podKey = (pod: KubeObject): readonly [namespace: string, name: string] => [namespaceOf(pod), nameOf(pod)];
