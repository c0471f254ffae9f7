import { isRecord } from '../../../src/api/json-record.ts';
import type { Status } from '../../../src/api/status-error.ts';
import type { AuditTrail } from '../../audit/contract.ts';
import { isDefect, statusOfError } from '../status-of-error.ts';
import type { TextAnswer } from './answer.ts';
import type { Encodable, EncodedText } from './encode-answer.ts';
import { OutputError } from './output.ts';
import { isPlainNotFound } from './resource-not-found.ts';
import { answerWithoutManagedFields } from './without-managed-fields.ts';

/** Puts an answer on record, as `encode` makes it. */
export async function recordAnswer(
  trail: AuditTrail,
  answer: Encodable,
  encode: (answer: Encodable) => Promise<Pick<EncodedText, 'json'>>,
): Promise<void> {
  if (answer.type === 'value' && isStatus(answer.value)) trail.responseStatus(answer.value);
  // What has no kind is no object: the version, the list of paths.
  const isObject = answer.type !== 'value' || 'kind' in answer.value;
  if (isObject && trail.keepsResponses) {
    const { json } = await encode(trail.omitsManagedFields ? answerWithoutManagedFields(answer) : answer);
    trail.responseObject(withoutLineEnd(json));
  }
  await trail.completed(answer.type === 'list' ? 200 : answer.code);
}

export async function recordText(trail: AuditTrail, { json, code, text }: TextAnswer): Promise<void> {
  if (json !== undefined && trail.keepsResponses && text.length > 0) trail.responseObject([Buffer.from(json)]);
  await trail.completed(code);
}

/** Puts on record that there is an error for an answer. */
export async function recordFailure(trail: AuditTrail, error: unknown): Promise<void> {
  if (error instanceof OutputError) return;
  const { status, message } = statusOfError(error);
  if (isDefect(error)) return trail.panicked(message);
  if (isPlainNotFound(status)) return trail.completed(status.code);
  trail.responseStatus(status);
  if (trail.keepsResponses) trail.responseObject([Buffer.from(JSON.stringify(status))]);
  await trail.completed(status.code);
}

const isStatus = (value: object): value is Partial<Status> =>
  isRecord(value) && value['kind'] === 'Status' && value['apiVersion'] === 'v1';

const LINE_END = 0x0a;

function withoutLineEnd(parts: readonly Buffer[]): readonly Buffer[] {
  const last = parts.at(-1);
  return last?.at(-1) === LINE_END ? [...parts.slice(0, -1), last.subarray(0, -1)] : parts;
}
