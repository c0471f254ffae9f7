import { forbidden, invalid, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { MAX_CAUSES } from '../../../../src/api/status-error.ts';
import { configKeyProblems } from '../../../../src/base/config-key.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';

/** Bytes of all values of a ConfigMap or Secret. */
const MAX_DATA_BYTES = 1024 * 1024;

type Strings = Readonly<Record<string, string>>;

function keyErrors(data: Strings, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(data)) {
    for (const problem of configKeyProblems(key)) errors.push(invalid(`${field}[${key}]`, key, problem));
    if (errors.length >= MAX_CAUSES) break;
  }
  return errors;
}

const bytesOf = (data: Strings, encoding: 'utf8' | 'base64'): number =>
  Object.keys(data).reduce((sum, key) => sum + Buffer.byteLength(data[key] ?? '', encoding), 0);

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigData): readonly FieldError[] {
  const errors = [...keyErrors(data, 'data'), ...keyErrors(binaryData, 'binaryData')];
  for (const key of Object.keys(binaryData)) {
    if (Object.hasOwn(data, key)) errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  }
  if (bytesOf(data, 'utf8') + bytesOf(binaryData, 'base64') > MAX_DATA_BYTES)
    errors.push(tooLong('[]', MAX_DATA_BYTES));
  return errors;
}
interface ConfigData {
  readonly data?: Strings;
  readonly binaryData?: Strings;
}

/** Keys and size of a Secret; what its type asks for is judged elsewhere. */
export function validateSecretData(data: Strings): readonly FieldError[] {
  const errors = [...keyErrors(data, 'data')];
  return bytesOf(data, 'base64') > MAX_DATA_BYTES ? [...errors, tooLong('data', MAX_DATA_BYTES)] : errors;
}

interface Sealable {
  readonly immutable?: boolean;
  readonly data?: Strings;
  readonly binaryData?: Strings;
}

/** Once it is immutable, it stays so, and its data with it. */
export function validateSealed(next: Sealable, old: Sealable): readonly FieldError[] {
  if (old.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  return (['immutable', 'data', 'binaryData'] as const)
    .filter(name => !isDeepEqual(next[name] ?? {}, old[name] ?? {}))
    .map(name => forbidden(name, detail));
}
