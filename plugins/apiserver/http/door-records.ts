import { isStatusError } from '../../../src/api/status-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { World } from '../../../src/base/world.ts';
import type { Auditor, AuditTrail } from '../../audit/contract.ts';
import type { RequestInfo } from '../contract.ts';
import { NotRecordedError } from '../access/not-recorded-error.ts';
import type { Exchange } from './exchange.ts';
import { readPath } from './read-path.ts';
import { requestOrigin } from './request-origin.ts';

/** Of a request over the network, what its record begins with. */
export type Recorded = Pick<Exchange, 'method' | 'url' | 'headers' | 'socket'>;

/** Begins the records of requests over the network. Without an auditor there are none, and nothing is done for them. */
export class DoorRecords {
  readonly #world: Pick<World, 'clock'>;
  readonly #auditors: readonly Auditor[];

  constructor(world: Pick<World, 'clock'>, auditors: readonly Auditor[]) {
    this.#world = world;
    this.#auditors = auditors;
  }

  get areKept(): boolean {
    return this.#auditors.length > 0;
  }

  /** Throws `NotRecordedError` where a request without a record must not be served. */
  async open(request: Recorded, auditId: string, user: UserInfo, info: RequestInfo): Promise<AuditTrail | undefined> {
    const trail = this.#begin(request, auditId, user, info);
    if (trail !== undefined && !(await trail.received())) throw new NotRecordedError(request.url);
    return trail;
  }

  /** One that is answered before it is known who it is from. */
  async turnedAway(request: Recorded, auditId: string, error: unknown): Promise<void> {
    if (!this.areKept || !isStatusError(error)) return;
    const info = infoOf(request);
    if (info !== undefined) await this.#begin(request, auditId, undefined, info)?.turnedAway(error.status);
  }

  #begin(request: Recorded, auditId: string, user: UserInfo | undefined, info: RequestInfo): AuditTrail | undefined {
    const receivedMs = this.#world.clock.now();
    return this.#auditors[0]?.open({ auditId, info, user, receivedMs, origin: () => requestOrigin(request) });
  }
}

/** A path that cannot mean one thing only is no request that a policy could speak of. */
function infoOf({ method, url }: Recorded): RequestInfo | undefined {
  try {
    return readPath(method, url).info;
  } catch (error) {
    if (isStatusError(error)) return undefined;
    throw error;
  }
}
