import { regexProblem } from '../base/name-problem.ts';
import { qualifiedNameProblems } from '../base/qualified-name.ts';
import type { Condition } from './condition-schema.ts';
import { duplicate, invalid, notSupported, required, tooLong, type FieldError } from './field-error.ts';

const STATUSES: readonly string[] = ['False', 'True', 'Unknown'];
const MAX_REASON_BYTES = 1024;
const MAX_MESSAGE_BYTES = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const isReason = new RegExp(`^${REASON}$`);
const REASON_RULE =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";

/** What is wrong with conditions; apimachinery's ValidateConditions. */
export function validateConditions(conditions: readonly Condition[], field: string): readonly FieldError[] {
  return conditions.flatMap((condition, index) => [
    ...(conditions.findIndex(({ type }) => type === condition.type) < index
      ? [duplicate(`${field}[${index}].type`, condition.type)]
      : []),
    ...conditionErrors(condition, `${field}[${index}]`),
  ]);
}

/** A moment that was not said may be there as `null`. */
type Said = Omit<Partial<Condition>, 'lastTransitionTime'> & { readonly lastTransitionTime?: string | null };

function conditionErrors(condition: Said, field: string): readonly FieldError[] {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  const errors = qualifiedNameProblems(type).map(problem => invalid(`${field}.type`, type, problem));
  if (!STATUSES.includes(status)) errors.push(notSupported(`${field}.status`, status, STATUSES));
  if (observedGeneration < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(`${field}.observedGeneration`, observedGeneration, detail));
  }
  if (lastTransitionTime === undefined || lastTransitionTime === null)
    errors.push(required(`${field}.lastTransitionTime`));
  const at = `${field}.reason`;
  if (reason === '') errors.push(required(at));
  else if (!isReason.test(reason.slice(0, MAX_REASON_BYTES * 2))) {
    const examples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'];
    errors.push(invalid(at, reason, regexProblem(REASON_RULE, REASON, ...examples)));
  }
  if (Buffer.byteLength(reason) > MAX_REASON_BYTES) errors.push(tooLong(at, MAX_REASON_BYTES));
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) errors.push(tooLong(`${field}.message`, MAX_MESSAGE_BYTES));
  return errors;
}
