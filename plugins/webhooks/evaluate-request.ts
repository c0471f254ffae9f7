import { isRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { CelValue } from '../../src/cel/cel-value.ts';
import {
  CelAuthorizer,
  CelResourceCheck,
  type AuthorizationAnswer,
  type AuthorizationCheck,
} from '../../src/cel/library/authorizer.ts';
import type { CelOutcome } from '../../src/cel/evaluation.ts';
import { PER_CALL_LIMIT, type CelProgram } from '../../src/cel/program.ts';
import { must } from '../../src/base/must.ts';
import type { Authorization, RequestInfo } from '../apiserver/contract.ts';
import type { CompiledExpression } from '../kinds/admissionregistration/cel/compile-condition.ts';
import { LazyVariables, type Variable } from './lazy-variables.ts';
import { namespaceOf } from './request-of.ts';
import { reviewRequest, type Reviewed } from './review-request.ts';

/** An expression about requests, read. */
export interface Condition {
  readonly expression: string;
  readonly compiled: CompiledExpression;
}

/** `OutOfBudget`: nothing is evaluated any more. Messages are upstream's. */
export type Evaluated =
  | { readonly ok: true; readonly value: CelValue }
  | { readonly ok: false; readonly code: 'Failed' | 'OutOfBudget'; readonly message: string };

/** What expressions see besides the request and its objects. */
export interface Surroundings {
  readonly params?: AnyObject | null;
  readonly namespaceObject?: AnyObject | null;
  readonly variables?: readonly Variable[];
  /** They may not ask for rights. */
  readonly withoutRights?: true;
}

const NO_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Expressions about one request, on one budget, each check of rights made once. */
export class RequestEvaluation {
  readonly #reviewed: Reviewed;
  readonly #authorization: Authorization;
  readonly #answers = new Map<string, AuthorizationAnswer>();
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #variables: LazyVariables;
  #budget: number;

  constructor(reviewed: Reviewed, authorization: Authorization, budget: number, surroundings: Surroundings = {}) {
    this.#reviewed = reviewed;
    this.#authorization = authorization;
    this.#budget = budget;
    const values = this.#read(surroundings);
    this.#variables = new LazyVariables(surroundings.variables ?? [], values);
    this.#values = { ...values, variables: this.#variables };
  }

  get budget(): number {
    return this.#budget;
  }

  async evaluate({ expression, compiled }: Condition): Promise<Evaluated> {
    if ('problem' in compiled) return failed(`compilation error: ${compiled.problem}`);
    for (;;) {
      if (this.#budget <= 0) return OUT_OF_BUDGET;
      const { ok, cost, ...rest } = await this.#run(compiled.program);
      const error = 'error' in rest ? rest.error : undefined;
      if (error?.code === 'Undecided') {
        this.#answers.set(keyOf(error.check), await this.#decide(error.check));
        continue;
      }
      const isOut = error?.code === 'BudgetExceeded' && this.#budget < PER_CALL_LIMIT;
      this.#budget -= this.#variables.takeCost();
      if (isOut || cost > this.#budget) {
        this.#budget = 0;
        return OUT_OF_BUDGET;
      }
      this.#budget -= cost;
      if (ok && 'value' in rest) return { ok, value: rest.value };
      const { message } = must(error, 'what failed says why');
      return failed(`expression '${expression}' resulted in error: ${message}`);
    }
  }

  /** Each piece of it is a step of the request. */
  async #run(program: CelProgram): Promise<CelOutcome> {
    const { steps } = this.#reviewed.request;
    const evaluation = program.begin(this.#values, this.#budget);
    for (;;) {
      const outcome = await steps.run(() => evaluation.next());
      if (outcome !== undefined) return outcome;
    }
  }

  #read(surroundings: Surroundings): Readonly<Record<string, unknown>> {
    const { object, oldObject, request, as } = this.#reviewed;
    const { request: asked } = reviewRequest('v1', '', this.#reviewed);
    const authorizer = new CelAuthorizer(check => this.#answers.get(keyOf(check)));
    const rights = {
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
    return {
      object: object ?? null,
      oldObject: oldObject ?? null,
      params: surroundings.params ?? null,
      namespaceObject: surroundings.namespaceObject ?? null,
      request: isRecord(asked) ? asked : {},
      ...(surroundings.withoutRights === true ? {} : rights),
    };
  }

  async #decide(check: AuthorizationCheck): Promise<AuthorizationAnswer> {
    const user = check.serviceAccount === undefined ? this.#reviewed.request.user : accountUser(check.serviceAccount);
    const { allowed, reason = '' } = await this.#authorization.authorize(user, requestOf(check));
    return { allowed, reason };
  }
}

const failed = (message: string): Evaluated => ({ ok: false, code: 'Failed', message });
const OUT_OF_BUDGET: Evaluated = { ok: false, code: 'OutOfBudget', message: NO_BUDGET };

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
