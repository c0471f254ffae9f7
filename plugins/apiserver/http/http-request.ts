import type { IncomingHttpHeaders } from 'node:http';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { Steps } from '../../../src/base/steps.ts';
import type { AuditTrail } from '../../audit/contract.ts';
import type { RequestInfo } from '../contract.ts';
import type { AskedForm } from './asked-form.ts';
import type { RequestNotes } from './request-notes.ts';

/** A request as verbs see it, whatever carried it; who it is from is known and allowed. */
export interface HttpRequest {
  readonly method: string;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly segments: readonly string[];
  /** See `ReadPath`. */
  readonly base: string;
  readonly rest: string;
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly user: UserInfo;
  readonly asked: AskedForm;
  /** Empty where none was sent. */
  readonly body: Buffer;
  /** Aborted when the client goes away or the server stops. Made when it is asked for: most requests need none. */
  signal(): AbortSignal;
  /** What a large body makes of this request is done in steps, others served in between. */
  readonly steps: Steps;
  /** Told to the client in `Warning` headers. */
  readonly warnings: string[];
  /** Absent where no record is kept of it. */
  readonly trail?: AuditTrail | undefined;
  readonly notes: RequestNotes;
}

/** A request before its body is read. */
export type RequestHead = Omit<HttpRequest, 'body'>;
