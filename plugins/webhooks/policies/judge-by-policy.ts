import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { StatusReason } from '../../../src/api/status-error.ts';
import { printType } from '../../../src/cel/cel-type.ts';
import { typeOfValue } from '../../../src/cel/type-of-value.ts';
import type { Authorization } from '../../apiserver/contract.ts';
import { RequestEvaluation, type Evaluated, type Surroundings } from '../evaluate-request.ts';
import type { Reviewed } from '../review-request.ts';
import { EXPRESSIONS_BUDGET, MESSAGE_BYTES } from './limits.ts';
import { meetsPolicy } from './meets-policy.ts';
import type { ReadValidation, ValidatingPolicy } from './validating-policy.ts';

/** What does not hold, or could not be told. */
export interface Complaint {
  readonly message: string;
  readonly reason: StatusReason;
  /** Which of the policy's validations it is about. */
  readonly index: number;
}

export interface Judgement {
  /** What the actions of bindings are taken on. */
  readonly complaints: readonly Complaint[];
  /** Refused whatever actions there are: what was to be recorded could not be told. */
  readonly unrecorded: readonly Complaint[];
  /** For the record of the request. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
}

const NOTHING: Judgement = { complaints: [], unrecorded: [], annotations: [] };

/** What a policy says of a request with these parameters. */
export async function judgeByPolicy(
  read: ValidatingPolicy,
  reviewed: Reviewed,
  authorization: Authorization,
  params: AnyObject | null,
  namespaceObject: AnyObject | null,
): Promise<Judgement> {
  const { policy, variables } = read;
  const isIgnored = policy.spec.failurePolicy === 'Ignore';
  const surroundings: Surroundings = { params, namespaceObject, variables };
  const evaluationOf = (budget: number, more: Surroundings = surroundings) =>
    new RequestEvaluation(reviewed, authorization, budget, more);
  const errors = (message: string, index = 0): readonly Complaint[] => (isIgnored ? [] : [failure(message, index)]);
  const met = await meetsPolicy(read, reviewed, authorization, params);
  if (met === false) return NOTHING;
  if (met !== true) return { ...NOTHING, complaints: [failure(met.problem)] };
  const evaluation = evaluationOf(EXPRESSIONS_BUDGET);
  const outcomes: Evaluated[] = [];
  for (const validation of read.validations) {
    const outcome = await evaluation.evaluate(validation);
    if (!outcome.ok && outcome.code === 'OutOfBudget') return { ...NOTHING, complaints: errors(outcome.message) };
    outcomes.push(outcome);
  }
  const told = await messagesOf(read, evaluationOf(evaluation.budget, { ...surroundings, withoutRights: true }));
  const complaints = read.validations.flatMap((validation, index): readonly Complaint[] => {
    const outcome = outcomes[index];
    if (outcome?.ok === false) return errors(outcome.message, index);
    if ('problem' in told) return errors(`failed messageExpression: ${told.problem}`, index);
    return outcome?.value === true ? [] : [refusal(validation, index, told.messages[index])];
  });
  return { complaints, ...(await annotationsOf(read, evaluationOf(EXPRESSIONS_BUDGET), errors)) };
}

const failure = (message: string, index = 0): Complaint => ({ message, reason: 'Invalid', index });

function refusal({ validation, expression }: ReadValidation, index: number, told = ''): Complaint {
  const { message = '', reason = 'Invalid' } = validation;
  const said = told !== '' ? told : message.trim();
  return { message: said === '' ? `failed expression: ${expression.trim()}` : said, reason, index };
}

/** What expressions of messages come to, '' where nothing that can be told. */
async function messagesOf(
  { validations }: ValidatingPolicy,
  evaluation: RequestEvaluation,
): Promise<{ readonly messages: readonly string[] } | { readonly problem: string }> {
  const messages: string[] = [];
  for (const { message } of validations) {
    const outcome = message === undefined ? undefined : await evaluation.evaluate(message);
    if (outcome?.ok === false && outcome.code === 'OutOfBudget') return { problem: outcome.message };
    const text = outcome?.ok === true && typeof outcome.value === 'string' ? outcome.value.trim() : '';
    messages.push(text.includes('\n') || Buffer.byteLength(text) > MESSAGE_BYTES ? '' : text);
  }
  return { messages };
}

/** What is to be put on record, and what of it cannot be told. */
async function annotationsOf(
  { annotations }: ValidatingPolicy,
  evaluation: RequestEvaluation,
  errors: (message: string) => readonly Complaint[],
): Promise<Pick<Judgement, 'unrecorded' | 'annotations'>> {
  const unrecorded: Complaint[] = [];
  const told: Judgement['annotations'][number][] = [];
  for (const annotation of annotations) {
    const outcome = await evaluation.evaluate(annotation);
    if (!outcome.ok) unrecorded.push(...errors(outcome.message));
    else if (typeof outcome.value === 'string') {
      const value = outcome.value.trim();
      if (value !== '') told.push({ key: annotation.key, value });
    } else if (outcome.value !== null) {
      const type = printType(typeOfValue(outcome.value));
      const what = `valueExpression '${annotation.expression}' resulted in unsupported return type: ${type}`;
      unrecorded.push(failure(`${what}. Return type must be either string or null.`));
    }
  }
  return { unrecorded, annotations: told };
}
