import { fieldErrorBody, shown, type FieldError } from './field-error.ts';

/** `metav1.Status` of a failure; the body of every error answer. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: StatusDetails;
  readonly code?: number;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** Every reason with its code; apimachinery apis/meta/v1/types.go. */
export const STATUS_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
  /** `StatusReasonUnknown`, which is not written. */
  '': 500,
} as const;
export type StatusReason = keyof typeof STATUS_CODES;

/** What any API call fails with, in process or over the wire. */
export class StatusError extends Error {
  readonly reason: StatusReason;
  readonly status: Status & { readonly code: number };

  constructor(
    reason: StatusReason,
    message: string,
    options: {
      readonly details?: StatusDetails;
      readonly continue?: string;
      readonly cause?: unknown;
      /** Where it is not the reason's. */
      readonly code?: number;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StatusError';
    this.reason = reason;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: options.continue === undefined ? {} : { continue: options.continue },
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(options.details === undefined ? {} : { details: options.details }),
      code: options.code ?? STATUS_CODES[reason],
    };
  }
}

export const isStatusError = (error: unknown, ...reasons: readonly StatusReason[]): error is StatusError =>
  error instanceof StatusError && (reasons.length === 0 || reasons.includes(error.reason));

/** Names a resource in messages: `pods`, `deployments.apps`. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}
export const qualified = ({ group, plural }: ResourceName): string => (group === '' ? plural : `${plural}.${group}`);

const detailsOf = ({ group, plural }: ResourceName, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: plural,
});

export const notFoundError = (resource: ResourceName, name: string): StatusError =>
  new StatusError('NotFound', `${qualified(resource)} "${name}" not found`, { details: detailsOf(resource, name) });

export const alreadyExistsError = (resource: ResourceName, name: string): StatusError =>
  new StatusError('AlreadyExists', `${qualified(resource)} "${name}" already exists`, {
    details: detailsOf(resource, name),
  });

export const conflictError = (resource: ResourceName, name: string, detail: string): StatusError =>
  new StatusError('Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${detail}`, {
    details: detailsOf(resource, name),
  });

export const STALE_OBJECT =
  'the object has been modified; please apply your changes to the latest version and try again';

export const forbiddenError = (resource: ResourceName, name: string, detail: string): StatusError =>
  new StatusError('Forbidden', `${qualified(resource)} ${name === '' ? '' : `"${name}" `}is forbidden: ${detail}`, {
    details: detailsOf(resource, name),
  });

/** Complaints told of one object. */
export const MAX_CAUSES = 1000;

/** 422 with one cause a complaint; `kind` and `group` are the kind's, not the resource's. */
export function invalidError(
  kind: { readonly group: string; readonly kind: string },
  givenName: string,
  errors: readonly FieldError[],
): StatusError {
  const name = shown(givenName);
  const causes = errors.slice(0, MAX_CAUSES).map(error => ({
    reason: error.type,
    message: fieldErrorBody(error),
    field: error.field,
  }));
  const texts = [...new Set(causes.map(cause => `${cause.field}: ${cause.message}`))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualifiedKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new StatusError('Invalid', `${qualifiedKind} "${name}" is invalid: ${text}`, {
    details: { ...said({ name, group: kind.group, kind: kind.kind }), causes },
  });
}

/** 422 about the parameters of a request; `kind` is that of the options, such as `ListOptions`. */
export const invalidOptions = (kind: string, errors: readonly FieldError[]): StatusError =>
  invalidError({ group: 'meta.k8s.io', kind }, '', errors);

/** Without what is empty: a complaint about a patch names no object. */
const said = (details: StatusDetails): StatusDetails =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== ''));

export const tooManyValues = (): StatusError =>
  new StatusError('RequestEntityTooLarge', 'Request entity too large: it holds too many values');

export const badRequestError = (message: string): StatusError => new StatusError('BadRequest', message);
