import type { Status } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { formatGoDuration } from '../../src/base/go-duration.ts';
import { qualifiedNameProblems } from '../../src/base/qualified-name.ts';
import { microTimeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { isLongRunning, type RequestInfo } from '../apiserver/contract.ts';
import type { AuditCounts } from './audit-counts.ts';
import type { AuditedRequest, AuditTrail, NamedObject } from './contract.ts';
import {
  isAtLeast,
  type AuditEvent,
  type ObjectReference,
  type Stage,
  type StatusRecord,
  type UserRecord,
} from './event.ts';
import { SLOW_MS, USER_AGENT_CHARS } from './limits.ts';
import type { Recording } from './policy.ts';
import type { AuditSink } from './sinks/sink.ts';

export interface TrailParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly sink: AuditSink;
  readonly counts: AuditCounts;
}

/** What becomes known of one request, and the events of its stages. */
export class Trail implements AuditTrail {
  readonly keepsRequests: boolean;
  readonly keepsResponses: boolean;
  readonly omitsManagedFields: boolean;
  readonly #parts: TrailParts;
  readonly #recording: Recording;
  readonly #isLong: boolean;
  /** A watch takes as long as its client wishes. */
  readonly #isWatch: boolean;
  readonly #receivedMs: number;
  readonly #annotations = new Map<string, string>();
  readonly #spentMs = new Map<string, number>();
  #event: Omit<AuditEvent, 'stage' | 'stageTimestamp' | 'annotations'>;
  #isStarted = false;
  #isOver = false;

  constructor(parts: TrailParts, recording: Recording, { auditId, info, user, receivedMs, origin }: AuditedRequest) {
    this.#parts = parts;
    this.#recording = recording;
    const { level } = recording;
    this.keepsRequests = isAtLeast(level, 'Request');
    this.keepsResponses = isAtLeast(level, 'RequestResponse');
    this.omitsManagedFields = recording.omitManagedFields;
    this.#isLong = isLongRunning(info);
    this.#isWatch = info.verb === 'watch';
    this.#receivedMs = receivedMs;
    const { requestUri, userAgent, sourceIps } = origin();
    this.#event = {
      level,
      auditID: auditId,
      requestURI: requestUri,
      verb: info.verb,
      user: user === undefined ? {} : userRecord(user),
      sourceIPs: sourceIps,
      userAgent:
        userAgent.length > USER_AGENT_CHARS ? `${userAgent.slice(0, USER_AGENT_CHARS)}...TRUNCATED` : userAgent,
      ...(info.isResourceRequest ? { objectRef: referenceOf(info) } : {}),
      requestReceivedTimestamp: microTimeOf(receivedMs),
    };
  }

  async received(): Promise<boolean> {
    const isStored = await this.#tell('RequestReceived', this.#receivedMs);
    if (!isStored) this.#parts.counts.rejected();
    return isStored;
  }

  actsAs(user: UserInfo): void {
    this.#event = { ...this.#event, impersonatedUser: userRecord(user) };
  }

  names({ name, namespace, uid, resourceVersion }: NamedObject): void {
    const { objectRef = {} } = this.#event;
    const said = without({ namespace, name, uid, resourceVersion });
    this.#event = { ...this.#event, objectRef: inOrder({ ...said, ...objectRef }) };
  }

  requestObject(json: Uint8Array): void {
    this.#event = { ...this.#event, requestObject: [json] };
  }

  responseStatus({ status, message, reason, details, code }: Partial<Status>): void {
    const responseStatus = { metadata: {}, ...without({ status, message, reason, details, code }) };
    this.#event = { ...this.#event, responseStatus };
  }

  responseObject(parts: readonly Uint8Array[]): void {
    this.#event = { ...this.#event, responseObject: parts };
  }

  annotate(key: string, value: string): void {
    const known = this.#annotations.get(key);
    if (known === value) return;
    const { log } = this.#parts;
    const problems = key.includes('/') ? qualifiedNameProblems(key) : ['it has no prefix'];
    if (known !== undefined) log.warn('an audit annotation was said twice; the first counts', { key });
    else if (problems.length > 0) log.warn('an audit annotation was left out for its key', { key, problems });
    else this.#annotations.set(key, value);
  }

  spent(layer: string, ms: number): void {
    this.#spentMs.set(layer, (this.#spentMs.get(layer) ?? 0) + ms);
  }

  async started(code: number): Promise<void> {
    this.#setCode(code);
    if (!this.#isLong || this.#isStarted) return;
    this.#isStarted = true;
    await this.#tell('ResponseStarted', this.#parts.clock.now());
  }

  async completed(code: number): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.started(code);
    const nowMs = this.#parts.clock.now();
    this.#tellLatency(nowMs);
    await this.#tell('ResponseComplete', nowMs);
  }

  async panicked(message: string): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const told = `APIServer panic'd: ${message}`;
    this.responseStatus({ status: 'Failure', message: told, reason: 'InternalError', code: 500 });
    await this.#tell('Panic', this.#parts.clock.now());
  }

  async turnedAway(status: Status): Promise<void> {
    this.#isOver = true;
    this.responseStatus(status);
    if (this.keepsResponses) this.responseObject([Buffer.from(JSON.stringify(status))]);
    await this.#tell('ResponseStarted', this.#parts.clock.now());
  }

  #setCode(code: number): void {
    const responseStatus: StatusRecord = { metadata: {}, ...this.#event.responseStatus, code };
    this.#event = { ...this.#event, responseStatus };
  }

  #tellLatency(nowMs: number): void {
    const totalMs = nowMs - this.#receivedMs;
    if (this.#isWatch || totalMs <= SLOW_MS) return;
    for (const [layer, ms] of [...this.#spentMs, ['total', totalMs] as const]) {
      this.annotate(`apiserver.latency.k8s.io/${layer}`, formatGoDuration(Math.round(ms * 1e6)));
    }
  }

  async #tell(stage: Stage, atMs: number): Promise<boolean> {
    if (this.#recording.omitStages.has(stage)) return true;
    const { sink, counts } = this.#parts;
    counts.event();
    const annotations = new Map(this.#annotations);
    return sink.process([{ ...this.#event, stage, stageTimestamp: microTimeOf(atMs), annotations }]);
  }
}

const userRecord = ({ name, uid = '', groups, extra }: UserInfo): UserRecord => ({
  username: name,
  ...(uid === '' ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups }),
  ...(extra === undefined ? {} : { extra }),
});

const referenceOf = ({ resource, namespace, name, group, version, subresource }: RequestInfo): ObjectReference =>
  without({ resource, namespace, name, apiGroup: group, apiVersion: version, subresource });

/** As upstream's fields follow one another. */
const inOrder = ({ resource, namespace, name, uid, apiGroup, ...rest }: ObjectReference): ObjectReference =>
  without({
    resource,
    namespace,
    name,
    uid,
    apiGroup,
    apiVersion: rest.apiVersion,
    resourceVersion: rest.resourceVersion,
    subresource: rest.subresource,
  });

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is empty. */
const without = <T extends object>(record: T): Said<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== '')) as Said<T>;
