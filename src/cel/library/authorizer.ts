import { dnsLabelProblems } from '../../base/dns-label.ts';
import { subdomainProblems } from '../../base/qualified-name.ts';
import { func, member, type CelFunction } from '../cel-function.ts';
import { BOOL, STRING, struct, type CelType } from '../cel-type.ts';
import { CelError, CelOpaque, type CelResult } from '../cel-value.ts';

export const AUTHORIZER = struct<CelAuthorizer>('kubernetes.authorization.Authorizer');
export const PATH_CHECK = struct<CelPathCheck>('kubernetes.authorization.PathCheck');
export const GROUP_CHECK = struct<CelGroupCheck>('kubernetes.authorization.GroupCheck');
export const RESOURCE_CHECK = struct<CelResourceCheck>('kubernetes.authorization.ResourceCheck');
export const DECISION = struct<CelDecision>('kubernetes.authorization.Decision');

/** What is asked, about a path or a resource. */
export interface AuthorizationCheck {
  /** Asked about instead of the user of the request: namespace and name. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly verb: string;
  readonly path?: string;
  readonly resource?: ResourceAttributes;
}
export interface ResourceAttributes {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector: string;
  readonly labelSelector: string;
}
export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  /** Why it could not be told. */
  readonly error?: string;
}

/** Answers at once, or not yet: the evaluation then ends and tells what has to be found out before it is run again. */
export type Decide = (check: AuthorizationCheck) => AuthorizationAnswer | undefined;

/** Thrown through an evaluation and caught where it began. */
export class Undecided extends Error {
  readonly code = 'Undecided';
  readonly check: AuthorizationCheck;

  constructor(check: AuthorizationCheck) {
    super('an authorization check is not decided yet');
    this.name = 'Undecided';
    this.check = check;
  }
}

abstract class Identity extends CelOpaque {
  equals(other: CelOpaque): boolean {
    return this === other;
  }
}

/** The value of a variable `authorizer`. */
export class CelAuthorizer extends Identity {
  readonly type: CelType = AUTHORIZER;
  readonly decide: Decide;
  readonly serviceAccount: AuthorizationCheck['serviceAccount'];

  constructor(decide: Decide, serviceAccount?: AuthorizationCheck['serviceAccount']) {
    super();
    this.decide = decide;
    this.serviceAccount = serviceAccount;
  }

  ask(check: Omit<AuthorizationCheck, 'serviceAccount'>): CelResult {
    const { serviceAccount } = this;
    const whole = serviceAccount === undefined ? check : { ...check, serviceAccount };
    const answer = this.decide(whole);
    if (answer === undefined) throw new Undecided(whole);
    return new CelDecision(answer);
  }
}

class CelPathCheck extends Identity {
  readonly type = PATH_CHECK;
  readonly authorizer: CelAuthorizer;
  readonly path: string;

  constructor(authorizer: CelAuthorizer, path: string) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }
}

class CelGroupCheck extends Identity {
  readonly type = GROUP_CHECK;
  readonly authorizer: CelAuthorizer;
  readonly group: string;

  constructor(authorizer: CelAuthorizer, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }
}

/** Also the value of a variable `authorizer.requestResource`. */
export class CelResourceCheck extends Identity {
  readonly type: CelType = RESOURCE_CHECK;
  readonly authorizer: CelAuthorizer;
  readonly resource: ResourceAttributes;

  constructor(authorizer: CelAuthorizer, resource: ResourceAttributes) {
    super();
    this.authorizer = authorizer;
    this.resource = resource;
  }

  with(attributes: Partial<ResourceAttributes>): CelResourceCheck {
    return new CelResourceCheck(this.authorizer, { ...this.resource, ...attributes });
  }
}

class CelDecision extends Identity {
  readonly type = DECISION;
  readonly answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    super();
    this.answer = answer;
  }
}

const EMPTY: ResourceAttributes = {
  group: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  fieldSelector: '',
  labelSelector: '',
};

function serviceAccount({ decide }: CelAuthorizer, namespace: string, name: string): CelResult {
  if (subdomainProblems(name).length > 0) return new CelError('Invalid service account name');
  if (dnsLabelProblems(namespace).length > 0) return new CelError('Invalid service account namespace');
  return new CelAuthorizer(decide, { namespace, name });
}

const attribute = (name: keyof ResourceAttributes, id = `resourcecheck_${name}`): CelFunction =>
  func(
    name,
    member(id, [RESOURCE_CHECK, STRING], RESOURCE_CHECK, ([check, value]) => check.with({ [name]: value })),
  );

export const AUTHORIZER_FUNCTIONS: readonly CelFunction[] = [
  func(
    'path',
    member('authorizer_path', [AUTHORIZER, STRING], PATH_CHECK, ([authorizer, path]) =>
      path.trim() === '' ? new CelError('path must not be empty') : new CelPathCheck(authorizer, path),
    ),
  ),
  func(
    'group',
    member(
      'authorizer_group',
      [AUTHORIZER, STRING],
      GROUP_CHECK,
      ([authorizer, group]) => new CelGroupCheck(authorizer, group),
    ),
  ),
  func(
    'serviceAccount',
    member('authorizer_serviceaccount', [AUTHORIZER, STRING, STRING], AUTHORIZER, ([authorizer, namespace, name]) =>
      serviceAccount(authorizer, namespace, name),
    ),
  ),
  func(
    'resource',
    member('groupcheck_resource', [GROUP_CHECK, STRING], RESOURCE_CHECK, ([{ authorizer, group }, resource]) =>
      resource.trim() === ''
        ? new CelError('resource must not be empty')
        : new CelResourceCheck(authorizer, { ...EMPTY, group, resource }),
    ),
  ),
  attribute('subresource'),
  attribute('namespace'),
  attribute('name'),
  attribute('fieldSelector', 'authorizer_fieldselector'),
  attribute('labelSelector', 'authorizer_labelselector'),
  func(
    'check',
    member('pathcheck_check', [PATH_CHECK, STRING], DECISION, ([{ authorizer, path }, verb]) =>
      authorizer.ask({ verb, path }),
    ),
    member('resourcecheck_check', [RESOURCE_CHECK, STRING], DECISION, ([{ authorizer, resource }, verb]) =>
      authorizer.ask({ verb, resource }),
    ),
  ),
  func(
    'errored',
    member('decision_errored', [DECISION], BOOL, ([{ answer }]) => answer.error !== undefined),
  ),
  func(
    'error',
    member('decision_error', [DECISION], STRING, ([{ answer }]) => answer.error ?? ''),
  ),
  func(
    'allowed',
    member('decision_allowed', [DECISION], BOOL, ([{ answer }]) => answer.allowed),
  ),
  func(
    'reason',
    member('decision_reason', [DECISION], STRING, ([{ answer }]) => answer.reason),
  ),
];
