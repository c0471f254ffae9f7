import type { Status } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

export const isAtLeast = (level: Level, least: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(least);

/** `audit.k8s.io/v1` Event: one stage of one request. Objects are JSON in parts, as they were sent. */
export interface AuditEvent {
  readonly level: Level;
  readonly auditID: string;
  readonly stage: Stage;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: UserRecord;
  readonly impersonatedUser?: UserRecord | undefined;
  readonly sourceIPs: readonly string[];
  readonly userAgent: string;
  readonly objectRef?: ObjectReference | undefined;
  readonly responseStatus?: StatusRecord | undefined;
  readonly requestObject?: readonly Uint8Array[] | undefined;
  readonly responseObject?: readonly Uint8Array[] | undefined;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations: ReadonlyMap<string, string>;
}

/** `authentication.k8s.io/v1` UserInfo. */
export interface UserRecord {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: UserInfo['extra'];
}

export interface ObjectReference {
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly apiGroup?: string;
  readonly apiVersion?: string;
  readonly resourceVersion?: string;
  readonly subresource?: string;
}

export type StatusRecord = Partial<Pick<Status, 'status' | 'message' | 'reason' | 'details' | 'code'>> & {
  readonly metadata: object;
};

/** In upstream's order of fields, in parts; each says what it is unless a list does. */
export function encodeEvent(event: AuditEvent, { isInList = false } = {}): readonly Uint8Array[] {
  const { requestObject, responseObject, sourceIPs, userAgent, annotations } = event;
  const { requestReceivedTimestamp, stageTimestamp } = event;
  const head = {
    ...(isInList ? {} : { kind: 'Event', apiVersion: API_VERSION }),
    level: event.level,
    auditID: event.auditID,
    stage: event.stage,
    requestURI: event.requestURI,
    verb: event.verb,
    user: event.user,
    impersonatedUser: event.impersonatedUser,
    ...(sourceIPs.length === 0 ? {} : { sourceIPs }),
    ...(userAgent === '' ? {} : { userAgent }),
    objectRef: event.objectRef,
    responseStatus: event.responseStatus,
  };
  const sorted = [...annotations].sort(([a], [b]) => (a < b ? -1 : 1));
  const tail = {
    requestReceivedTimestamp,
    stageTimestamp,
    ...(sorted.length === 0 ? {} : { annotations: Object.fromEntries(sorted) }),
  };
  const [begin, end] = [JSON.stringify(head).slice(0, -1), JSON.stringify(tail).slice(1)];
  if (requestObject === undefined && responseObject === undefined) return [Buffer.from(`${begin},${end}`)];
  return [
    Buffer.from(begin),
    ...member('requestObject', requestObject),
    ...member('responseObject', responseObject),
    COMMA,
    Buffer.from(end),
  ];
}

export const API_VERSION = 'audit.k8s.io/v1';
const COMMA = Buffer.from(',');

const member = (name: string, parts: readonly Uint8Array[] | undefined): readonly Uint8Array[] =>
  parts === undefined ? [] : [Buffer.from(`,"${name}":`), ...parts];

export const lengthOf = (parts: readonly Uint8Array[] = []): number =>
  parts.reduce((sum, { length }) => sum + length, 0);

/** One line of words, upstream's `legacy` format. */
export function eventText(event: AuditEvent): string {
  const { user, impersonatedUser, objectRef, responseStatus, sourceIPs } = event;
  const { username = '', groups = [] } = user;
  const texts = {
    id: event.auditID,
    stage: event.stage,
    ip: sourceIPs[0] ?? '<unknown>',
    method: event.verb,
    user: username === '' ? '<none>' : username,
    groups: username === '' || groups.length === 0 ? '<none>' : quotedList(groups),
    as: impersonatedUser === undefined ? '<self>' : (impersonatedUser.username ?? ''),
    asgroups: impersonatedUser === undefined ? '<lookup>' : quotedList(impersonatedUser.groups ?? []),
    'user-agent': event.userAgent,
    namespace: objectRef?.namespace ?? '<none>',
    uri: event.requestURI,
    response: responseStatus === undefined ? '<deferred>' : String(responseStatus.code ?? 0),
  };
  const said = Object.entries(texts).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return `${event.requestReceivedTimestamp} AUDIT: ${said.join(' ')}`;
}

const quotedList = (texts: readonly string[]): string => texts.map(text => JSON.stringify(text)).join(',');
