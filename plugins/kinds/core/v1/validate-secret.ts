import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { jsonSyntaxProblem } from '../../../../src/api/codec/json-syntax-problem.ts';
import { jsonKind } from '../../../../src/base/json-kind.ts';
import { validateSealed, validateSecretData } from './validate-data.ts';

interface SecretObject extends AnyObject {
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** Keys that secrets of a type must have: all of them, or, of basic-auth, one. */
const KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
]);
const JSON_TYPES: ReadonlySet<string> = new Set(['kubernetes.io/dockercfg', 'kubernetes.io/dockerconfigjson']);

/** Core validation's ValidateSecret, in its order. */
export function validateSecret({ type, data = {}, metadata }: SecretObject): readonly FieldError[] {
  const errors = [...validateSecretData(data)];
  for (const key of KEYS.get(type) ?? []) {
    // An empty key is a key, but for the one a client logs in with.
    const isThere = key === 'ssh-privatekey' ? (data[key] ?? '') !== '' : Object.hasOwn(data, key);
    const problem = isThere && JSON_TYPES.has(type) ? jsonObjectProblem(data[key] ?? '') : undefined;
    if (!isThere) errors.push(required(`data[${key}]`));
    else if (problem !== undefined) errors.push(invalid(`data[${key}]`, '<secret contents redacted>', problem));
  }
  if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
    errors.push(required('data[username]'), required('data[password]'));
  }
  const account = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && (metadata.annotations?.[account] ?? '') === '') {
    errors.push(required(`metadata.annotations[${account}]`));
  }
  return errors;
}

function jsonObjectProblem(base64: string): string | undefined {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    const kind = jsonKind(value);
    return kind === 'object' || kind === 'null'
      ? undefined
      : `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof SyntaxError) return jsonSyntaxProblem(text);
    throw error;
  }
}

export const validateSecretUpdate = (next: SecretObject, old: SecretObject): readonly FieldError[] => [
  ...(next.type === old.type ? [] : [invalid('type', next.type, 'field is immutable')]),
  ...validateSealed(next, old),
];
