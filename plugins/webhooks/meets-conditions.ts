import { isRecord } from '../../src/api/json-record.ts';
import { forbiddenError } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import {
  CelAuthorizer,
  CelResourceCheck,
  type AuthorizationAnswer,
  type AuthorizationCheck,
} from '../../src/cel/library/authorizer.ts';
import { PER_CALL_LIMIT, type CelProgram } from '../../src/cel/program.ts';
import { must } from '../../src/base/must.ts';
import type { Authorization, RequestInfo } from '../apiserver/contract.ts';
import type { Condition, Hook } from './hook.ts';
import { CONDITIONS_BUDGET } from './limits.ts';
import { namespaceOf } from './request-of.ts';
import { reviewRequest, type Reviewed } from './review-request.ts';

/**
 * Whether a request meets all conditions of a webhook. One that does not hold decides; where some cannot be told, the
 * webhook's failure policy does: the request is refused by `StatusError` Forbidden, or the webhook not asked.
 */
export async function meetsConditions(
  { webhook, conditions }: Hook,
  reviewed: Reviewed,
  authorization: Authorization,
): Promise<boolean> {
  if (conditions.length === 0) return true;
  const asking = new Asking(reviewed, authorization);
  const problems: string[] = [];
  for (const condition of conditions) {
    const outcome = await asking.outcome(condition);
    if (outcome === false) return false;
    if (typeof outcome === 'string') problems.push(outcome);
  }
  if (problems.length === 0) return true;
  if (webhook.failurePolicy === 'Ignore') return false;
  const { resource, name } = reviewed.request;
  throw forbiddenError(resource, name, problems.length === 1 ? must(problems[0], 'one') : `[${problems.join(', ')}]`);
}

const NO_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** The conditions of one webhook on one request, on one budget, each check of rights made once. */
class Asking {
  readonly #reviewed: Reviewed;
  readonly #authorization: Authorization;
  readonly #answers = new Map<string, AuthorizationAnswer>();
  readonly #variables: Readonly<Record<string, unknown>>;
  #budget = CONDITIONS_BUDGET;

  constructor(reviewed: Reviewed, authorization: Authorization) {
    this.#reviewed = reviewed;
    this.#authorization = authorization;
    this.#variables = this.#read();
  }

  /** Whether it holds, or why that cannot be told. */
  async outcome({ expression, compiled }: Condition): Promise<boolean | string> {
    if ('problem' in compiled) return `compilation error: ${compiled.problem}`;
    for (;;) {
      if (this.#budget <= 0) return NO_BUDGET;
      const { ok, cost, ...rest } = this.#evaluate(compiled.program);
      if (ok) {
        this.#budget -= cost;
        return 'value' in rest && rest.value === true;
      }
      const error = must('error' in rest ? rest.error : undefined, 'what failed says why');
      if (error.code === 'Undecided') {
        this.#answers.set(keyOf(error.check), await this.#decide(error.check));
        continue;
      }
      const isOut = error.code === 'BudgetExceeded' && this.#budget < PER_CALL_LIMIT;
      this.#budget = isOut ? 0 : this.#budget - cost;
      return isOut ? NO_BUDGET : `expression '${expression}' resulted in error: ${error.message}`;
    }
  }

  #evaluate(program: CelProgram) {
    return program.evaluate(this.#variables, this.#budget);
  }

  #read(): Readonly<Record<string, unknown>> {
    const { object, oldObject, request, as } = this.#reviewed;
    const { request: asked } = reviewRequest('v1', '', this.#reviewed);
    const authorizer = new CelAuthorizer(check => this.#answers.get(keyOf(check)));
    return {
      object: object ?? null,
      oldObject: oldObject ?? null,
      namespaceObject: null,
      request: isRecord(asked) ? asked : {},
      authorizer,
      'authorizer.requestResource': new CelResourceCheck(authorizer, {
        group: as.group,
        resource: as.plural,
        subresource: request.subresource,
        namespace: namespaceOf(request),
        name: request.name,
        fieldSelector: '',
        labelSelector: '',
      }),
    };
  }

  async #decide(check: AuthorizationCheck): Promise<AuthorizationAnswer> {
    const user = check.serviceAccount === undefined ? this.#reviewed.request.user : accountUser(check.serviceAccount);
    const { allowed, reason = '' } = await this.#authorization.authorize(user, requestOf(check));
    return { allowed, reason };
  }
}

const keyOf = (check: AuthorizationCheck): string => JSON.stringify(check);

const accountUser = ({ namespace, name }: NonNullable<AuthorizationCheck['serviceAccount']>): UserInfo => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});

function requestOf({ verb, path = '', resource }: AuthorizationCheck): RequestInfo {
  const whole = { group: '', resource: '', subresource: '', namespace: '', name: '', ...resource };
  const { fieldSelector = '', labelSelector = '' } = resource ?? {};
  return {
    verb,
    path,
    isResourceRequest: resource !== undefined,
    version: '*',
    group: whole.group,
    resource: whole.resource,
    subresource: whole.subresource,
    namespace: whole.namespace,
    name: whole.name,
    ...(fieldSelector === '' ? {} : { fieldSelector }),
    ...(labelSelector === '' ? {} : { labelSelector }),
  };
}
