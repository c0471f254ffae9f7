import { forbidden, invalid, type FieldError } from '../../src/api/field-error.ts';
import { badRequestError } from '../../src/api/status-error.ts';

/** What of a log cannot be asked for; core validation's ValidatePodLogOptions. Throws 400 for what is no number. */
export function logOptionErrors(query: URLSearchParams): readonly FieldError[] {
  const least = (name: string, from: 0 | 1): readonly FieldError[] => {
    const value = integerOf(query, name);
    const detail = from === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    return value === undefined || value >= from ? [] : [invalid(name, value, detail)];
  };
  const isTwice = (query.get('sinceSeconds') ?? '') !== '' && (query.get('sinceTime') ?? '') !== '';
  return [
    ...least('tailLines', 0),
    ...least('limitBytes', 1),
    ...(isTwice
      ? [forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified')]
      : least('sinceSeconds', 1)),
  ];
}

function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (/^[-+]?\d{1,18}$/.test(text)) return Number(text);
  throw badRequestError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}
