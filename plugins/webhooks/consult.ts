import { internalError } from '../../src/api/internal-error.ts';
import { StatusError } from '../../src/api/status-error.ts';
import { must } from '../../src/base/must.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { AuditNotes } from '../apiserver/contract.ts';
import type { WebhookCalls } from './contract.ts';
import { deniedError } from './denied-error.ts';
import type { Webhook } from './hook.ts';
import { reviewRequest, reviewVersion, type Reviewed } from './review-request.ts';
import type { Consulted, WebhookSeries } from './webhook-series.ts';
import { reviewResponse, type Verdict } from './review-response.ts';

export interface ConsultDeps {
  readonly world: World;
  readonly log: Logger;
  readonly calls: WebhookCalls;
  readonly series: Pick<WebhookSeries, 'observe'>;
}

/** How the record of a request speaks of a webhook that is asked. */
export interface HookRecord {
  /** Told how long each answer took. */
  took(ms: number): void;
  /** What it is annotated with where the webhook fails and the request goes on without. */
  readonly failedOpen: string;
}

/**
 * What a webhook that lets the request pass says of it; `undefined` where it could not be asked and that is not to
 * matter. Throws `StatusError` where it refuses, or where it matters. `deadlineMs` is the request's, by the clock
 * that never goes back.
 */
export async function consult(
  deps: ConsultDeps,
  webhook: Webhook,
  reviewed: Reviewed,
  deadlineMs: number,
  record: HookRecord,
): Promise<Verdict | undefined> {
  const { world, calls } = deps;
  const { audit } = reviewed.request;
  const leftMs = deadlineMs - world.clock.monotonicMs();
  if (leftMs <= 0) throw new StatusError('Timeout', 'Timeout: request did not complete within requested timeout');
  const version = must(reviewVersion(webhook.admissionReviewVersions), 'a version that is known was asked for');
  const uid = world.random.uuid();
  const timeoutMs = Math.min(webhook.timeoutSeconds * 1000, leftMs);
  const askedMs = world.clock.monotonicMs();
  const answer = await calls.ask(webhook.clientConfig, reviewRequest(version, uid, reviewed), timeoutMs);
  const ms = world.clock.monotonicMs() - askedMs;
  record.took(ms);
  const mayPatch = 'reinvocationPolicy' in webhook;
  const count = (code: number, rejected: Consulted['rejected']): void => {
    const { operation } = reviewed.request;
    deps.series.observe({ name: webhook.name, type: mayPatch ? 'admit' : 'validating', operation, ms, code, rejected });
  };
  const onFailure = webhook.failurePolicy === 'Fail' ? 'calling_webhook_error' : false;
  if (!answer.ok) {
    const isUnusable = answer.code === 'Unusable';
    count(isUnusable ? 500 : 503, onFailure);
    const what = isUnusable ? 'could not get REST client' : 'failed to call webhook';
    return failed(deps, webhook, `${what}: ${answer.message}`, audit, record);
  }
  const verdict = reviewResponse(answer.body, { version, uid, mayPatch });
  if ('problem' in verdict) {
    count(503, onFailure);
    return failed(deps, webhook, `received invalid webhook response: ${verdict.problem}`, audit, record);
  }
  for (const [name, text] of verdict.auditAnnotations) audit?.annotate(`${webhook.name}/${name}`, text);
  for (const warning of verdict.warnings) reviewed.request.warn?.(warning);
  if (!verdict.allowed) {
    const denied = deniedError(webhook.name, verdict.status);
    count(denied.status.code, 'no_error');
    throw denied;
  }
  count(200, false);
  return verdict;
}

/** A webhook that did not do what it is for: the request fails, or goes on without. */
export function failed(
  { log }: Pick<ConsultDeps, 'log'>,
  webhook: Webhook,
  reason: string,
  audit: AuditNotes | undefined,
  { failedOpen }: HookRecord,
): undefined {
  const message = `failed calling webhook ${JSON.stringify(webhook.name)}: ${reason}`;
  if (webhook.failurePolicy === 'Fail') throw internalError(message);
  audit?.annotate(failedOpen, webhook.name);
  log.warn('a webhook failed, and its request goes on without', { webhook: webhook.name, reason });
  return undefined;
}
