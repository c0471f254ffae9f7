import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  readQuantity,
  compareQuantities,
  type Quantity,
} from '../../../src/base/quantity.ts';
import { listObjects } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt, textsAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { since } from './long-time.ts';

type Amounts = ReadonlyMap<string, Quantity>;
const ZERO = parseQuantity('0');

/** What runs on a node, and how much of it is promised. */
export async function describeNodePods(call: Call, out: Description, node: KubeObject): Promise<void> {
  const { cluster, world } = call;
  const fieldSelector = `spec.nodeName=${nameOf(node)},status.phase!=Failed,status.phase!=Succeeded`;
  const pods = await listObjects(await cluster.client(), (await cluster.names()).named('pods'), '', { fieldSelector });
  const room = roomOf(node);
  out.field('Non-terminated Pods', `(${pods.length} in total)`);
  out.line('Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge', 1);
  out.line('---------\t----\t\t------------\t----------\t---------------\t-------------\t---', 1);
  for (const pod of pods) {
    const [requests, limits] = [podAmounts(pod, 'requests'), podAmounts(pod, 'limits')];
    const cells = (['cpu', 'memory'] as const).flatMap(name => [
      share(requests, room, name),
      share(limits, room, name),
    ]);
    const age = since(textAt(pod, 'metadata', 'creationTimestamp'), world.clock.now());
    out.line(`${namespaceOf(pod)}\t${nameOf(pod)}\t\t${cells.join('\t')}\t${age}`, 1);
  }
  out.line('Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  out.line('Resource\tRequests\tLimits', 1);
  out.line('--------\t--------\t------', 1);
  const [requests, limits] = (['requests', 'limits'] as const).map(kind => sum(pods.map(pod => podAmounts(pod, kind))));
  const names = [...room.keys()].filter(name => name !== 'pods' && name.startsWith('hugepages'));
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...names.toSorted()]) {
    out.line(`${name}\t${share(requests ?? new Map(), room, name)}\t${share(limits ?? new Map(), room, name)}`, 1);
  }
}

function roomOf(node: KubeObject): Amounts {
  const field = dig(node, 'status', 'allocatable') === undefined ? 'capacity' : 'allocatable';
  return amountsOf(textsAt(node, 'status', field));
}

const amountsOf = (texts: Readonly<Record<string, string>>): Amounts =>
  new Map(Object.entries(texts).map(([name, text]) => [name, readQuantity(text) ?? ZERO] as const));

function sum(all: readonly Amounts[]): Amounts {
  const total = new Map<string, Quantity>();
  for (const each of all) {
    for (const [name, amount] of each) {
      const there = total.get(name);
      total.set(name, there === undefined ? amount : addQuantities(there, amount));
    }
  }
  return total;
}

/** Containers together; an init container may need more, one that stays counts with all that follow. */
function podAmounts(pod: KubeObject, kind: 'requests' | 'limits'): Amounts {
  const of = (container: unknown): Amounts => amountsOf(textsAt(container, 'resources', kind));
  const main = sum(listAt(pod, 'spec', 'containers').map(of));
  let staying: Amounts = new Map();
  let most: Amounts = new Map();
  for (const container of listAt(pod, 'spec', 'initContainers')) {
    if (textAt(container, 'restartPolicy') === 'Always') {
      staying = sum([staying, of(container)]);
      most = larger(most, staying);
    } else most = larger(most, sum([staying, of(container)]));
  }
  return larger(sum([main, staying]), most);
}

function larger(a: Amounts, b: Amounts): Amounts {
  const names = new Set([...a.keys(), ...b.keys()]);
  return new Map(
    [...names].map(name => {
      const [left, right] = [a.get(name) ?? ZERO, b.get(name) ?? ZERO];
      return [name, compareQuantities(left, right) >= 0 ? left : right] as const;
    }),
  );
}

function share(amounts: Amounts, room: Amounts, name: string): string {
  const [amount, whole] = [amounts.get(name) ?? ZERO, room.get(name) ?? ZERO];
  const percent = whole.nano === 0n ? 0n : (amount.nano * 100n) / whole.nano;
  return `${formatQuantity(amount)} (${percent}%)`;
}
