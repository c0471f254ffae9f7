import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { backoffMs } from '../../../src/base/backoff.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { SharedTurns } from '../../../src/base/shared-turns.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import { LEASE_RENEW_MS, NODE_STATUS_REPORT_MS } from '../limits.ts';
import { renewNodeLease } from './node-lease.ts';
import type { NodeStatus } from './node-status.ts';

export interface RegistrationDeps {
  readonly client: Client;
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly log: Logger;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a node that is not there yet. */
  readonly taints: readonly Taint[];
  /** One of a family, IPv4 first. */
  readonly podCidrs: readonly string[];
  /** The status as it should read now, given what is stored. */
  readonly status: (before: NodeStatus | undefined) => Promise<NodeStatus>;
  readonly signal: AbortSignal;
}

/** Keeps this node's Node and Lease: the lease every ten seconds, the status when it changed or five minutes passed. */
export class NodeRegistration {
  readonly #deps: RegistrationDeps;
  readonly #beats = new SharedTurns(() => this.#beat());
  #node: Node | undefined;
  #reportedMs = 0;

  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  /** As it was at the last beat. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** Looks at the status now; resolves once what differs is stored. */
  report(): Promise<void> {
    return this.#beats.take();
  }

  /** The same for who does not wait; what fails is tried again by the next beat. */
  reportSoon(): void {
    this.report().catch((error: unknown) => this.#failed(error));
  }

  /** Registers, then beats until the signal aborts. Resolves after the first status is stored. */
  async start(): Promise<void> {
    const { timers } = this.#deps.world;
    const first = Promise.withResolvers<void>();
    const run = async (): Promise<void> => {
      for (let failures = 0; !this.#deps.signal.aborted; ) {
        try {
          await this.#beats.take();
          failures = 0;
          first.resolve();
        } catch (error) {
          failures++;
          this.#failed(error);
        }
        const retry = { baseMs: RETRY_MS, capMs: LEASE_RENEW_MS };
        const waitMs = failures === 0 ? LEASE_RENEW_MS : backoffMs(failures, retry);
        await timers.sleep(waitMs, this.#deps.signal).catch((error: unknown) => {
          if (!this.#deps.signal.aborted) throw error;
        });
      }
    };
    void run();
    this.#deps.signal.addEventListener('abort', () => first.resolve(), { once: true });
    await first.promise;
  }

  #failed(error: unknown): void {
    if (this.#deps.signal.aborted) return;
    this.#deps.log.warn('the node was not reported', { node: this.#deps.name, error });
  }

  async #beat(): Promise<void> {
    this.#node = await this.#current();
    await this.#report();
    await renewNodeLease(this.#deps, this.#node.metadata.uid);
  }

  /** What others changed of the node - its labels, taints, resources - counts from the next beat on. */
  async #current(): Promise<Node> {
    const { client, name } = this.#deps;
    const found = await client.get(Node, { name }).catch((error: unknown) => {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    });
    return this.#node === undefined || found === undefined ? this.#register(found) : found;
  }

  async #register(found: Node | undefined): Promise<Node> {
    const { client, name, labels, taints, podCidrs } = this.#deps;
    const addresses = { podCIDR: podCidrs[0] ?? '', podCIDRs: podCidrs };
    this.#reportedMs = 0;
    if (found === undefined) {
      const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' };
      const spec = { ...addresses, ...(taints.length === 0 ? {} : { taints }) };
      return client.create(Node, { metadata: { name, labels, annotations }, spec });
    }
    const hasLabels = Object.entries(labels).every(([key, value]) => found.metadata.labels?.[key] === value);
    const cidrs = found.spec?.podCIDR === undefined ? { spec: addresses } : {};
    if (hasLabels && found.spec?.podCIDR !== undefined) return found;
    return client.patch(Node, { name }, { type: 'merge', body: { metadata: { labels }, ...cidrs } });
  }

  async #report(): Promise<void> {
    const { client, name, world } = this.#deps;
    const before = this.#node?.status;
    const status = await this.#deps.status(before);
    const nowMs = world.clock.now();
    const isDue = nowMs - this.#reportedMs >= NODE_STATUS_REPORT_MS;
    if (!isDue && before !== undefined && isDeepEqual(ownPart(before, status), ownPart(status, status))) return;
    try {
      this.#node = await client.patch(Node, { name }, { type: 'merge', body: { status } }, { subresource: 'status' });
      this.#reportedMs = nowMs;
    } catch (error) {
      if (isStatusError(error, 'NotFound')) this.#node = undefined;
      throw error;
    }
  }
}

const RETRY_MS = 500;

/** Without heartbeats, and without what others add, resources and attached volumes: that stays as it is. */
function ownPart(
  { volumesAttached: _others, volumesInUse = [], ...status }: NodeStatus,
  { capacity, allocatable }: NodeStatus,
): unknown {
  return {
    ...status,
    volumesInUse,
    capacity: pick(status.capacity, capacity),
    allocatable: pick(status.allocatable, allocatable),
    conditions: (status.conditions ?? [])
      .map(({ type, status: value, reason }) => ({ type, value, reason }))
      .sort((a, b) => a.type.localeCompare(b.type)),
  };
}

const pick = (all: NodeStatus['capacity'] = {}, own: NodeStatus['capacity'] = {}): NodeStatus['capacity'] =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name in own));
