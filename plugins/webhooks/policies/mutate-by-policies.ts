import type { AnyObject } from '../../../src/api/object-meta.ts';
import { STATUS_CODES, StatusError, forbiddenError, type StatusReason } from '../../../src/api/status-error.ts';
import type { AdmittedRequest, Passage } from '../../apiserver/contract.ts';
import type { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { AskedBefore } from '../asked-before.ts';
import { RequestEvaluation } from '../evaluate-request.ts';
import type { Reviewed } from '../review-request.ts';
import { shownAs, viewOf } from '../view.ts';
import { findInvocations, namespaceSeen, type Invocation, type PolicyDeps } from './find-invocations.ts';
import { EXPRESSIONS_BUDGET } from './limits.ts';
import { meetsPolicy } from './meets-policy.ts';
import { mutateObject } from './mutate-object.ts';
import type { MutatingPolicy } from './mutating-policy.ts';
import type { AnyBinding, BoundPolicy, ReadPolicy } from './policy.ts';

type Binding = MutatingAdmissionPolicyBinding;

/**
 * The object as policies leave it, one after the other. Where one changed it, all that mutate look at it again: of the
 * policies those that wish to and looked before a change. Throws `StatusError` where one cannot do what it says.
 */
export async function mutateByPolicies(
  deps: PolicyDeps,
  policies: readonly BoundPolicy<MutatingPolicy, Binding>[],
  request: AdmittedRequest,
  passage: Passage,
): Promise<AnyObject> {
  const failures: Failure[] = [];
  const fail = ({ read, binding }: Told, problem: string, reason: StatusReason): void => {
    const { metadata, spec } = read.policy;
    if (spec.failurePolicy === 'Ignore') return;
    const who =
      binding === undefined
        ? `policy ${JSON.stringify(metadata.name)}`
        : `policy '${metadata.name}' with binding '${binding.metadata.name}'`;
    failures.push({ message: `${who} denied request: ${problem}`, reason });
  };
  const invocations: Invocation<MutatingPolicy, Binding>[] = [];
  for (const each of await findInvocations(deps, policies, request)) {
    if ('problem' in each) fail(each, each.problem, 'Forbidden');
    else invocations.push(each);
  }
  const object = invocations.length === 0 ? request.object : await mutated(deps, invocations, request, passage, fail);
  const [first] = failures;
  if (first !== undefined) throw refusalOf(request, first, failures);
  return object;
}

interface Told {
  readonly read: ReadPolicy;
  readonly binding: AnyBinding | undefined;
}

interface Failure {
  readonly message: string;
  readonly reason: StatusReason;
}

/** As upstream, in the first one's words, for its reason, and of the code of what is forbidden. */
function refusalOf(
  { resource, name }: AdmittedRequest,
  { message, reason }: Failure,
  failures: readonly Failure[],
): StatusError {
  const { details } = forbiddenError(resource, name, message).status;
  const causes = failures.map(failure => ({ message: failure.message }));
  return new StatusError(reason, message, { details: { ...details, causes }, code: STATUS_CODES.Forbidden });
}

const asked = new WeakMap<Passage, AskedBefore<string>>();

function askedBefore(passage: Passage): AskedBefore<string> {
  const known = asked.get(passage) ?? new AskedBefore<string>();
  asked.set(passage, known);
  return known;
}

async function mutated(
  deps: PolicyDeps,
  invocations: readonly Invocation<MutatingPolicy, Binding>[],
  request: AdmittedRequest,
  passage: Passage,
  fail: (who: Told, problem: string, reason: StatusReason) => void,
): Promise<AnyObject> {
  const before = askedBefore(passage);
  before.enter(passage, request.object);
  const namespaceObject = await namespaceSeen(deps, request);
  let view = withObject(viewOf(request), request.object);
  let isPatched = false;
  for (const invocation of invocations) {
    const { read, as, params } = invocation;
    view = withObject(await shownAs(view, as), view.object);
    const met = await meetsPolicy(read, view, deps.authorization, params);
    if (typeof met !== 'boolean') fail(invocation, met.problem, 'Invalid');
    const key = keyOf(invocation);
    if (met !== true || !before.isDue(passage, key)) continue;
    for (const mutation of read.mutations) {
      const surroundings = { params, namespaceObject, variables: read.variables };
      const evaluation = new RequestEvaluation(view, deps.authorization, EXPRESSIONS_BUDGET, surroundings);
      const outcome = await mutateObject(mutation, view, evaluation);
      if ('problem' in outcome) fail(invocation, outcome.problem, 'Invalid');
      else {
        view = { ...view, object: outcome.object };
        isPatched = true;
      }
    }
    if (read.policy.spec.reinvocationPolicy === 'IfNeeded') before.add(key);
  }
  const left = isPatched ? withObject(await shownAs(view, request.resource), request.object).object : request.object;
  if (isPatched) {
    // As upstream: whoever did something changed something, be it to what it was.
    before.changed();
    passage.lookAgain();
  }
  before.leave(left);
  return left;
}

type Seen = Reviewed & { readonly object: AnyObject };

/** A view of an object has one. */
const withObject = (view: Reviewed, object: AnyObject): Seen => ({ ...view, object: view.object ?? object });

/** Bindings are reinvoked one by one, and with each of their parameters. */
const keyOf = ({ read, binding, params }: Invocation<MutatingPolicy, Binding>): string =>
  JSON.stringify([
    read.policy.metadata.name,
    binding.metadata.name,
    params?.metadata.namespace ?? '',
    params?.metadata.name ?? '',
  ]);
