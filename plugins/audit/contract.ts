import type { Status } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { contributionPoint } from '../../src/kernel/plugin.ts';
import type { AuditNotes, RequestInfo } from '../apiserver/contract.ts';

/** A request as far as it is known before anything is done for it. */
export interface AuditedRequest {
  readonly auditId: string;
  readonly info: RequestInfo;
  /** Who makes it, whoever it acts as; absent where that could not be told. */
  readonly user: UserInfo | undefined;
  /** Wall time, milliseconds. */
  readonly receivedMs: number;
  /** Asked for only where something is recorded. */
  readonly origin: () => RequestOrigin;
}

export interface RequestOrigin {
  readonly requestUri: string;
  readonly userAgent: string;
  readonly sourceIps: readonly string[];
}

/** Decides of each request what is put on record. */
export interface Auditor {
  /** `undefined`: nothing of it. */
  open(request: AuditedRequest): AuditTrail | undefined;
}
/** There is one at most. */
export const auditors = contributionPoint<Auditor>('audit.auditors');

/** One request on record. Its promises never reject; they resolve when who asked for the record need not wait longer. */
export interface AuditTrail extends AuditNotes {
  readonly keepsResponses: boolean;
  readonly omitsManagedFields: boolean;
  /** Before anything is done. Without a record, which is what `false` says, the request must not go on. */
  received(): Promise<boolean>;
  actsAs(user: UserInfo): void;
  /** What the object of the request says of itself; what the path said goes before. */
  names(metadata: NamedObject): void;
  /** JSON, without a line's end. */
  requestObject(json: Uint8Array): void;
  responseStatus(status: Partial<Status>): void;
  /** JSON in parts. */
  responseObject(parts: readonly Uint8Array[]): void;
  /** The answer begins, which matters where it is a long one. */
  started(code: number): Promise<void>;
  /** Nothing more is said of the request afterwards. */
  completed(code: number): Promise<void>;
  /** The same where a defect of the server ended it. */
  panicked(message: string): Promise<void>;
  /** The same for one that did not get as far as being `received`. */
  turnedAway(status: Status): Promise<void>;
}

/** Of an object's metadata what a record has; a new one has little of it. */
export interface NamedObject {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}
