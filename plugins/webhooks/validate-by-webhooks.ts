import type { Resource } from '../../src/api/resource.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import type { ValidatingWebhook } from '../kinds/admissionregistration/v1/webhook.ts';
import { askedAs } from './asked-as.ts';
import { consult, type HookRecord } from './consult.ts';
import type { Hook } from './hook.ts';
import { REQUEST_MS } from './limits.ts';
import { meetsConditions } from './meets-conditions.ts';
import type { DispatchDeps } from './mutate-by-webhooks.ts';
import type { Reviewed } from './review-request.ts';
import { shownAs, viewOf } from './view.ts';

/** Asks all webhooks at once that a request concerns. Throws the `StatusError` of the first that refuses. */
export async function validateByWebhooks(
  deps: DispatchDeps,
  hooks: readonly Hook<ValidatingWebhook>[],
  request: AdmissionRequest,
): Promise<void> {
  const deadlineMs = deps.world.clock.monotonicMs() + REQUEST_MS;
  const views = new Map<Resource, Promise<Reviewed>>();
  const viewAs = (as: Resource): Promise<Reviewed> => {
    const view = views.get(as) ?? shownAs(viewOf(request), as);
    views.set(as, view);
    return view;
  };
  const concerned: (readonly [ValidatingWebhook, Reviewed])[] = [];
  for (const hook of hooks) {
    const as = await askedAs(hook.concern, request, request.object, deps.served, deps.labelsOf);
    if (as === undefined) continue;
    const view = await viewAs(as);
    if (await meetsConditions(hook, view, deps.authorization)) concerned.push([hook.webhook, view]);
  }
  let longestMs = 0;
  const took = (ms: number): void => void (longestMs = Math.max(longestMs, ms));
  const outcomes = await Promise.allSettled(
    concerned.map(([webhook, view], index) => consult(deps, webhook, view, deadlineMs, recordOf(index, took))),
  );
  // They were asked side by side.
  if (longestMs > 0) request.audit?.spent('validating-webhook', longestMs);
  const refused = outcomes.find(outcome => outcome.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
}

const recordOf = (index: number, took: HookRecord['took']): HookRecord => ({
  took,
  failedOpen: `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`,
});
