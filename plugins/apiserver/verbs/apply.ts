import type { PatchOptions } from '../../../src/api/client.ts';
import { StatusError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';
import type { Judge, PatchAnswer } from './patch-answer.ts';

export function apply(
  _api: Api,
  _write: Write,
  _body: unknown,
  _options: PatchOptions,
  _judge: Judge,
): Promise<PatchAnswer> {
  return Promise.reject(new StatusError('UnsupportedMediaType', 'apply is not served'));
}
