import { timingSafeEqual } from 'node:crypto';
import { timeMs } from '../../src/base/timestamp.ts';
import type { Random } from '../../src/base/world.ts';
import type { Secret } from '../kinds/core/v1/secret.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
}

export const TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
export const TOKEN_NAMESPACE = 'kube-system';
export const secretName = (id: string): string => `bootstrap-token-${id}`;

/** `abcdef.0123456789abcdef`; `undefined` for anything else. */
export function parseBootstrapToken(text: string): BootstrapToken | undefined {
  const [, id, secret] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** The largest multiple of the alphabet's size in a byte: what is above would make some letters likelier. */
const FAIR_BYTES = 252;

export function newBootstrapToken(random: Pick<Random, 'bytes'>): BootstrapToken {
  const letters = (count: number): string => {
    let text = '';
    while (text.length < count) {
      const fair = [...random.bytes(count)].filter(byte => byte < FAIR_BYTES);
      text += fair.map(byte => ALPHABET.charAt(byte % ALPHABET.length)).join('');
    }
    return text.slice(0, count);
  };
  return { id: letters(6), secret: letters(16) };
}

/** One datum of a secret as text, '' where it is not there. */
export const datum = ({ data = {} }: Pick<Secret, 'data'>, key: string): string =>
  Buffer.from(data[key] ?? '', 'base64').toString('utf8');

/** What of a secret is wrong for `token` to be accepted by it, in the words of upstream's log. */
export function tokenProblem(secret: Secret, token: BootstrapToken, nowMs: number): string | undefined {
  if (secret.metadata.deletionTimestamp !== undefined) return 'is deleted and awaiting removal';
  if (secret.type !== TOKEN_TYPE) return `has invalid type, expected ${TOKEN_TYPE}`;
  if (!isSame(datum(secret, 'token-secret'), token.secret)) return 'has invalid value for key token-secret';
  if (datum(secret, 'token-id') !== token.id) return 'has invalid value for key token-id';
  const expiry = expiryMs(secret);
  if (expiry !== undefined && nowMs > expiry) return 'is expired';
  if (datum(secret, 'usage-bootstrap-authentication') !== 'true')
    return 'not marked usage-bootstrap-authentication=true';
  return extraGroups(secret) === undefined ? 'has invalid value for key auth-extra-groups' : undefined;
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** When it ends; what cannot be read has ended. `undefined` for one that never does. */
export function expiryMs(secret: Secret): number | undefined {
  const expiration = datum(secret, 'expiration');
  return expiration === '' ? undefined : (timeMs(expiration) ?? 0);
}

/** Groups besides `system:bootstrappers`; `undefined` where one is none of its kind. */
export function extraGroups(secret: Secret): readonly string[] | undefined {
  const text = datum(secret, 'auth-extra-groups');
  const groups = text === '' ? [] : text.split(',');
  return groups.every(group => EXTRA_GROUP.test(group)) ? [...new Set(groups)].sort() : undefined;
}
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
