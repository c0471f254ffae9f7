import { isRecord, own } from './is-record.ts';
import { jsonOf } from './json-of.ts';

/** The `iss` of a JWT without trusting it; `undefined` for anything that is not one. */
export function tokenIssuer(token: string): string | undefined {
  const [, body, signature, ...rest] = token.split('.');
  if (body === undefined || signature === undefined || rest.length > 0 || token.length > MAX_TOKEN_BYTES) {
    return undefined;
  }
  const payload = jsonOf(Buffer.from(body, 'base64url').toString('utf8'));
  const issuer = isRecord(payload) ? own(payload, 'iss') : undefined;
  return typeof issuer === 'string' ? issuer : undefined;
}

const MAX_TOKEN_BYTES = 16_384;
