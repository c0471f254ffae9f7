import type { Key } from '../../src/api/client.ts';
import { notFoundError } from '../../src/api/status-error.ts';
import { formatGoDuration } from '../../src/base/go-duration.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import { withinDeadline } from '../../src/base/within-deadline.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { ComputedObject } from '../apiserver/contract.ts';
import type { Kubelets } from '../forwarding/contract.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { NodeMetrics } from '../kinds/metrics/v1beta1/node-metrics.ts';
import { PodMetrics } from '../kinds/metrics/v1beta1/pod-metrics.ts';
import { READ_MS } from './limits.ts';
import { readUsage } from './read-usage.ts';
import { nodeUsage, podUsage, type Usage } from './usage-between.ts';
import { UsageWindow, type ReadingPair } from './usage-window.ts';

export interface UsageMetricsDeps {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly log: Logger;
  readonly kubelets: Kubelets;
  readonly nodes: Cache<Node>;
  readonly pods: Cache<Pod>;
}

type NodeUsageObject = ComputedObject<typeof NodeMetrics>;
type PodUsageObject = ComputedObject<typeof PodMetrics>;

/** metrics.k8s.io from what the kubelets count. What could not be measured is left out, as metrics-server does. */
export class UsageMetrics {
  readonly #deps: UsageMetricsDeps;
  readonly #windows = new Map<string, UsageWindow>();

  constructor(deps: UsageMetricsDeps) {
    this.#deps = deps;
  }

  async node({ name }: Key): Promise<NodeUsageObject> {
    const node = this.#deps.nodes.get(name);
    const found = node && (await this.#ofNode(node));
    if (found === undefined) throw notFoundError({ group: NodeMetrics.group, plural: 'nodemetrics' }, name);
    return found;
  }

  async nodes(): Promise<readonly NodeUsageObject[]> {
    const all = await Promise.all(inOrder(this.#deps.nodes.list()).map(node => this.#ofNode(node)));
    return all.filter(each => each !== undefined);
  }

  async pod({ name, namespace = '' }: Key): Promise<PodUsageObject> {
    const pod = this.#deps.pods.get(name, namespace);
    const found = pod && ofPod(pod, await this.#pair(pod.spec.nodeName ?? ''));
    if (found === undefined) {
      throw notFoundError({ group: PodMetrics.group, plural: 'podmetrics' }, `${namespace}/${name}`);
    }
    return found;
  }

  async pods(namespace: string | undefined): Promise<readonly PodUsageObject[]> {
    const pods = inOrder(this.#deps.pods.list(namespace)).filter(({ status }) => status.phase === 'Running');
    const names = [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))];
    const pairs = new Map(await Promise.all(names.map(async name => [name, await this.#pair(name)] as const)));
    return pods.flatMap(pod => ofPod(pod, pairs.get(pod.spec.nodeName ?? '')) ?? []);
  }

  async #ofNode({ metadata }: Node): Promise<NodeUsageObject | undefined> {
    const pair = await this.#pair(metadata.name);
    const used = pair && nodeUsage(pair);
    if (used === undefined) return undefined;
    return {
      metadata: metadataOf(metadata, used),
      ...windowOf(used),
      usage: used.usage,
    };
  }

  /** `undefined` for a node that does not tell. */
  async #pair(nodeName: string): Promise<ReadingPair | undefined> {
    const { world, kubelets, nodes, log } = this.#deps;
    for (const known of this.#windows.keys()) if (nodes.get(known) === undefined) this.#windows.delete(known);
    if (nodes.get(nodeName) === undefined) return undefined;
    let window = this.#windows.get(nodeName);
    if (window === undefined) {
      window = new UsageWindow(world, async () => readUsage(await kubelets.resourceMetrics(nodeName)));
      this.#windows.set(nodeName, window);
    }
    try {
      return await withinDeadline(world.timers, READ_MS, 'the node did not tell its usage in time', window.ask());
    } catch (error) {
      log.warn('the usage of a node is not known', { node: nodeName, error });
      return undefined;
    }
  }
}

function ofPod({ metadata }: Pod, pair: ReadingPair | undefined): PodUsageObject | undefined {
  const used = pair && podUsage(pair, `${metadata.namespace ?? ''}/${metadata.name}`);
  if (used === undefined) return undefined;
  const all = [...used];
  const [first] = all.map(([, usage]) => usage).sort((a, b) => a.atMs - b.atMs);
  if (first === undefined) return undefined;
  return {
    metadata: metadataOf(metadata, first),
    ...windowOf(first),
    containers: all.map(([name, { usage }]) => ({ name, usage })),
  };
}

/** It is of this moment; what it is about lends it its name and labels. */
function metadataOf({ name, namespace, labels }: Pod['metadata'], { atMs }: Usage): PodUsageObject['metadata'] {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    creationTimestamp: timeOf(atMs),
  };
}

const windowOf = ({ atMs, windowMs }: Usage) => ({ timestamp: timeOf(atMs), window: formatGoDuration(windowMs * 1e6) });

const inOrder = <T extends Pod | Node>(objects: readonly T[]): readonly T[] =>
  objects.toSorted(({ metadata: a }, { metadata: b }) => (keyOf(a) < keyOf(b) ? -1 : 1));
const keyOf = ({ namespace = '', name }: Pod['metadata']): string => `${namespace}/${name}`;
