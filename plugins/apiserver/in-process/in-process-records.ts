import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { internalError } from '../../../src/api/internal-error.ts';
import { Steps } from '../../../src/base/steps.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { AuditTrail, RequestOrigin } from '../../audit/contract.ts';
import type { Api } from '../api.ts';
import type { RequestInfo } from '../contract.ts';
import { encodeAnswer, type Encodable } from '../http/encode-answer.ts';
import type { AnswerForm } from '../http/negotiate.ts';
import { recordAnswer, recordFailure } from '../http/record-answer.ts';
import { recordObject, recordPatch } from '../http/record-request.ts';
import { VERSION } from '../version.ts';

/** What a request brings: an object of a kind, or a patch. */
export type Brought =
  | { readonly resource: Resource | undefined; readonly object: AnyObject }
  | { readonly patch: unknown };

/** A request of this process: what of it is on record, what it does and what that comes to. */
export interface RecordedRequest<T> {
  readonly info: RequestInfo;
  readonly brings?: Brought;
  act(trail: AuditTrail | undefined): Promise<T>;
  answer(outcome: T): Encodable;
}

/** Keeps records of one user's requests as of those over the network; where none is kept they go straight on. */
export class InProcessRecords {
  readonly #api: Api;
  readonly #user: UserInfo;
  readonly #agent: string;

  constructor(api: Api, user: UserInfo, agent: string) {
    this.#api = api;
    this.#user = user;
    this.#agent = agent;
  }

  async during<T>(request: RecordedRequest<T>): Promise<T> {
    const trail = await this.open(request.info);
    if (trail === undefined) return request.act(undefined);
    const steps = new Steps(this.#api.world.clock, this.#api.lane, this.#user.name);
    try {
      if (request.brings !== undefined) await recordBrought(trail, steps, request.brings);
      const outcome = await request.act(trail);
      await recordAnswer(trail, request.answer(outcome), shown =>
        encodeAnswer(shown, FORM, 'Metadata', this.#api.world.clock.now(), steps),
      );
      return outcome;
    } catch (error) {
      await this.failed(trail, error);
      throw error;
    }
  }

  failed(trail: AuditTrail, error: unknown): Promise<void> {
    return recordFailure(trail, error);
  }

  /** Throws `StatusError` where a request without a record must not be served. */
  async open(info: RequestInfo): Promise<AuditTrail | undefined> {
    const { auditors, world } = this.#api;
    const [auditor] = auditors;
    if (auditor === undefined) return undefined;
    const trail = auditor.open({
      auditId: world.random.uuid(),
      info,
      user: this.#user,
      receivedMs: world.clock.now(),
      origin: () => originOf(info, this.#agent),
    });
    if (trail !== undefined && !(await trail.received())) throw internalError('failed to store audit event');
    return trail;
  }
}

const FORM: AnswerForm = { encoding: 'json', shape: 'object', metaVersion: 'v1', pretty: false };

function recordBrought(trail: AuditTrail, steps: Steps, brought: Brought): Promise<void> {
  if ('patch' in brought) return recordPatch({ trail, steps }, brought.patch);
  return recordObject(trail, steps, brought.resource, brought.object);
}

/** As if it had come over the network of this machine. */
function originOf({ path, verb, labelSelector, fieldSelector }: RequestInfo, agent: string): RequestOrigin {
  const query = new URLSearchParams({
    ...(verb === 'watch' ? { watch: 'true' } : {}),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  }).toString();
  return {
    requestUri: query === '' ? path : `${path}?${query}`,
    userAgent: `${agent}/${VERSION.gitVersion} (${VERSION.platform})`,
    sourceIps: ['127.0.0.1'],
  };
}
