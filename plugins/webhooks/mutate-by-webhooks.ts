import { internalError } from '../../src/api/internal-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { AdmissionRequest, AdmittedRequest, Authorization, Passage } from '../apiserver/contract.ts';
import type { MutatingWebhook } from '../kinds/admissionregistration/v1/webhook.ts';
import { askedAs, type NamespaceLabels } from './asked-as.ts';
import { AskedBefore } from './asked-before.ts';
import { consult, failed, type ConsultDeps } from './consult.ts';
import type { Hook } from './hook.ts';
import { REQUEST_MS } from './limits.ts';
import { meetsConditions } from './meets-conditions.ts';
import { patchedObject, patchOperations } from './patched-object.ts';
import { mutationRecord, type MutationRecord } from './mutation-record.ts';
import { isOfItself } from './request-of.ts';
import type { Reviewed } from './review-request.ts';
import type { Verdict } from './review-response.ts';
import { shownAs, viewOf } from './view.ts';

export interface DispatchDeps extends ConsultDeps {
  readonly served: readonly Resource[];
  readonly labelsOf: NamespaceLabels;
  readonly authorization: Authorization;
}

type MutatingHook = Hook<MutatingWebhook>;

/**
 * The object as webhooks leave it, asked one after the other. Where one changed it, all that mutate look at it again:
 * of the webhooks those that wish to and were asked before a change. Throws `StatusError` to refuse.
 */
export async function mutateByWebhooks(
  deps: DispatchDeps,
  hooks: readonly MutatingHook[],
  request: AdmittedRequest,
  passage: Passage,
): Promise<AnyObject> {
  const round = roundOf(deps, hooks, passage);
  const { asked } = round;
  asked.enter(passage, request.object);
  const due = hooks.filter(hook => asked.isDue(passage, hook));
  const object = (await round.ask(due, request)) ?? request.object;
  asked.leave(object);
  if (round.hasChanged) passage.lookAgain();
  return object;
}

const rounds = new WeakMap<Passage, Round>();

function roundOf(deps: DispatchDeps, hooks: readonly MutatingHook[], passage: Passage): Round {
  const round = rounds.get(passage) ?? newRound(deps, hooks);
  rounds.set(passage, round);
  return round;
}

const newRound = (deps: DispatchDeps, hooks: readonly MutatingHook[]): Round =>
  new Round(deps, hooks, deps.world.clock.monotonicMs() + REQUEST_MS);

/** Of a deletion webhooks are asked as well; they may only refuse it. */
export async function judgeDeletionByWebhooks(
  deps: DispatchDeps,
  hooks: readonly MutatingHook[],
  request: AdmissionRequest,
): Promise<void> {
  await newRound(deps, hooks).ask(hooks, request);
}

/** One request's way through the webhooks, and who is to be asked again. */
class Round {
  readonly #deps: DispatchDeps;
  readonly #all: readonly MutatingHook[];
  readonly #deadlineMs: number;
  readonly asked = new AskedBefore<MutatingHook>();
  #hasChanged = false;
  /** Whether those asked now are asked again. */
  #number = 0;

  constructor(deps: DispatchDeps, all: readonly MutatingHook[], deadlineMs: number) {
    this.#deps = deps;
    this.#all = all;
    this.#deadlineMs = deadlineMs;
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** The object after all that are concerned, as the kind of the request. */
  async ask(hooks: readonly MutatingHook[], request: AdmissionRequest): Promise<AnyObject | undefined> {
    const { served, labelsOf } = this.#deps;
    let view = viewOf(request);
    let isPatched = false;
    for (const hook of hooks) {
      const as = await askedAs(hook.concern, request, view.object, served, labelsOf);
      if (as === undefined) continue;
      view = await shownAs(view, as);
      if (!(await meetsConditions(hook, view, this.#deps.authorization))) continue;
      const { object, isChanged } = await this.#consult(hook, view);
      if (object !== view.object) {
        isPatched = true;
        if (isChanged) {
          this.#hasChanged = true;
          this.asked.changed();
        }
        view = { ...view, object };
      }
      if (hook.webhook.reinvocationPolicy === 'IfNeeded') this.asked.add(hook);
    }
    this.#number += 1;
    return isPatched ? (await shownAs(view, request.resource)).object : request.object;
  }

  /** What one makes of the object; whether that is another one is on record. */
  async #consult(
    hook: MutatingHook,
    view: Reviewed,
  ): Promise<{ readonly object: AnyObject | undefined; readonly isChanged: boolean }> {
    const record = mutationRecord(hook, `round_${this.#number}_index_${this.#all.indexOf(hook)}`, view.request.audit);
    let isChanged = false;
    try {
      const verdict = await consult(this.#deps, hook.webhook, view, this.#deadlineMs, record);
      const object = verdict === undefined ? view.object : this.#patched(hook.webhook, verdict, view, record);
      isChanged = object !== view.object && !isDeepEqual(object, view.object);
      return { object, isChanged };
    } finally {
      record.mutated(isChanged);
    }
  }

  #patched(
    webhook: MutatingWebhook,
    { patch, patchType }: Verdict,
    view: Reviewed,
    record: MutationRecord,
  ): AnyObject | undefined {
    const { object, as, request } = view;
    const { audit } = request;
    if (patch === '') return object;
    const operations = patchOperations(patch);
    if ('problem' in operations) {
      const what = `received undecodable patch in webhook response: ${operations.problem}`;
      failed(this.#deps, webhook, what, audit, record);
      return object;
    }
    if (operations.length === 0) return object;
    if (object === undefined) {
      throw internalError(
        `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`,
      );
    }
    if (patchType !== 'JSONPatch') {
      failed(this.#deps, webhook, `unsupported patch type ${JSON.stringify(patchType)}`, audit, record);
      return object;
    }
    const schema = isOfItself(request, object, as) ? as : request.body;
    const patched = patchedObject(schema, object, operations);
    record.patched(operations);
    return patched;
  }
}
