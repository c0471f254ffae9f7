import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { microTimeOf } from '../../src/base/timestamp.ts';
import { unlessOver } from '../../src/base/unless-over.ts';
import { withinDeadline } from '../../src/base/within-deadline.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { EventRecorder } from '../../src/sdk/events.ts';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import type { Candidate } from './contract.ts';
import { RELEASE_MS, RENEW_DEADLINE_MS, RETRY_JITTER, RETRY_MS } from './limits.ts';
import { planLease } from './plan-lease.ts';

export const LEASE_NAMESPACE = 'kube-system';

export interface HolderParts {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly world: Pick<World, 'clock' | 'timers' | 'random'>;
  readonly log: Logger;
  readonly identity: string;
}

/** Asks for one lease until it has it, and renews it as long as it can. */
export class LeaseHolder {
  readonly #parts: HolderParts;
  readonly #candidate: Candidate;
  #seen: { readonly text: string; readonly atMs: number } | undefined;
  #renewedMs = -Infinity;
  #isHeld = false;

  constructor(parts: HolderParts, candidate: Candidate) {
    this.#parts = parts;
    this.#candidate = candidate;
  }

  /** Resolves when the lease is held. */
  async acquire(): Promise<void> {
    while (!(await this.#try())) await this.#pause();
    const { identity, log, events } = this.#parts;
    const { name } = this.#candidate;
    log.info('lease acquired', { lease: name, identity });
    const about = { apiVersion: Lease.apiVersion, kind: Lease.kind, namespace: LEASE_NAMESPACE, name, uid: '' };
    events.event(about, 'Normal', 'LeaderElection', `${identity} became leader`);
    // Ended, it holds the lease until that is given back.
    this.#renew().catch(unlessOver(this.#candidate.signal, error => this.#lose(String(error))));
  }

  /** Lets the next one have it at once. */
  async release(): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const { client, identity, world } = this.#parts;
    const lease = await client.get(Lease, this.#key);
    if (lease.spec.holderIdentity !== identity) return;
    const now = microTimeOf(world.clock.now());
    const { leaseTransitions } = lease.spec;
    const spec = { holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
    const update = client.update(Lease, {
      ...lease,
      spec: leaseTransitions === undefined ? spec : { ...spec, leaseTransitions },
    });
    await withinDeadline(world.timers, RELEASE_MS, 'the lease was not given back in time', update);
  }

  get #key(): { readonly name: string; readonly namespace: string } {
    return { name: this.#candidate.name, namespace: LEASE_NAMESPACE };
  }

  async #renew(): Promise<void> {
    const { clock } = this.#parts.world;
    for (;;) {
      await this.#pause();
      const isHeld = await this.#try();
      if (!isHeld && clock.monotonicMs() - this.#renewedMs >= RENEW_DEADLINE_MS) {
        return this.#lose(`the lease ${this.#candidate.name} could not be renewed in ${RENEW_DEADLINE_MS} ms`);
      }
    }
  }

  #lose(message: string): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#candidate.lost(new Error(`leader election lost: ${message}`));
  }

  /** Whether the lease is held now. A try that hangs is given up in time to be lost. */
  async #try(): Promise<boolean> {
    const { world, log } = this.#parts;
    const { timers, clock } = world;
    const beganMs = clock.monotonicMs();
    try {
      const isHeld = await withinDeadline(timers, RENEW_DEADLINE_MS / 2, 'no answer in time', this.#write());
      if (isHeld) [this.#isHeld, this.#renewedMs] = [true, beganMs];
      return isHeld;
    } catch (error) {
      log.info('lease not written', { lease: this.#candidate.name, error: String(error) });
      return false;
    }
  }

  async #write(): Promise<boolean> {
    const { client, identity, world } = this.#parts;
    const lease = await this.#read();
    const nowMs = world.clock.monotonicMs();
    const text = JSON.stringify(lease?.spec ?? null);
    if (this.#seen?.text !== text) this.#seen = { text, atMs: nowMs };
    const seen = { spec: lease?.spec, unchangedMs: nowMs - this.#seen.atMs };
    const spec = planLease(seen, identity, microTimeOf(world.clock.now()));
    if (spec === undefined) return false;
    if (lease === undefined) await client.create(Lease, { metadata: this.#key, spec });
    else await client.update(Lease, { ...lease, spec });
    return true;
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return await this.#parts.client.get(Lease, this.#key);
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** Rejects with the reason once nobody is a candidate any more. */
  #pause(): Promise<void> {
    const { timers, random } = this.#parts.world;
    const waitMs = RETRY_MS * (this.#isHeld ? 1 : 1 + RETRY_JITTER * random.fraction());
    return timers.sleep(waitMs, this.#candidate.signal);
  }
}
