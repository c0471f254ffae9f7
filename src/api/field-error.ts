import { goEscaped } from '../base/go-escaped.ts';

/** One complaint of validation; `field` is a path such as `spec.containers[0].name`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** Shown in the message, JSON-encoded; absent for Required, Forbidden and TooMany. */
  readonly value?: unknown;
  readonly detail: string;
  /** Path by whose place in the schema it is told among others, where that is not `field`. */
  readonly place?: string;
}

/** Named as the `reason` of a StatusCause; see apimachinery's field.ErrorType. */
export type FieldErrorType =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueForbidden'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  value,
  detail,
});
export const required = (field: string, detail = ''): FieldError => ({ type: 'FieldValueRequired', field, detail });
export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  detail,
});
export const duplicate = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  value,
  detail: '',
});
export const notFound = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  value,
  detail: '',
});
/** `supported` is told in the order given: the declaration's, where it is an enumeration. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  value,
  detail: `supported values: ${supported.map(v => JSON.stringify(v)).join(', ')}`,
});
export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  detail: `may not be more than ${maxBytes} bytes`,
});

export const tooMany = (field: string, count: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  value: count,
  detail: `must have at most ${max} items`,
});

/** The same complaint, told where `place` has its turn. */
export const placed = (place: string, errors: readonly FieldError[]): readonly FieldError[] =>
  errors.map(error => ({ ...error, place }));

/** The same complaint about a whole, told after those about its parts. */
export const placedAfter = (whole: string, errors: readonly FieldError[]): readonly FieldError[] =>
  placed(`${whole}.~`, errors);

const TITLES: Readonly<Record<FieldErrorType, string>> = {
  FieldValueInvalid: 'Invalid value',
  FieldValueRequired: 'Required value',
  FieldValueForbidden: 'Forbidden',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

/** The message of one complaint without its field, worded as apimachinery's field.Error does. */
export function fieldErrorBody({ type, value, detail }: FieldError): string {
  const title = TITLES[type];
  const what = value === undefined || type === 'FieldValueTooLong' ? title : `${title}: ${printed(value)}`;
  return detail === '' ? what : `${what}: ${detail}`;
}

/** Longer values are not shown whole: an answer is not to be as large as what it complains about. */
const MAX_SHOWN_CHARS = 8192;

function printed(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shown(value));
  return shown(goEscaped(JSON.stringify(value) ?? 'null'));
}

/** The start of a text that is very long. */
export const shown = (text: string): string =>
  text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}...` : text;
