import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
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

export function validateSecret({ type, data = {}, metadata }: SecretObject): readonly FieldError[] {
  const errors = [...validateSecretData(data)];
  const keys = KEYS.get(type) ?? [];
  for (const key of keys) {
    if (!Object.hasOwn(data, key)) errors.push(required(`data[${key}]`));
    else if (JSON_TYPES.has(type) && !isJson(data[key] ?? '')) {
      errors.push(invalid(`data[${key}]`, '<secret contents redacted>', 'invalid character in JSON'));
    }
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

function isJson(base64: string): boolean {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

export const validateSecretUpdate = (next: SecretObject, old: SecretObject): readonly FieldError[] => [
  ...(next.type === old.type ? [] : [invalid('type', next.type, 'field is immutable')]),
  ...validateSealed(next, old),
];
