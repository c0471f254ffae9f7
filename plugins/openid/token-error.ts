import { CodedError } from '../../src/base/coded-error.ts';

/** A token of the issuer's that names nobody, or not in a way that is accepted. Upstream's words, for the log. */
export class OpenIdTokenError extends CodedError<'BadOpenIdToken'> {
  constructor(message: string, options?: ErrorOptions) {
    super('BadOpenIdToken', `oidc: ${message}`, options);
  }
}
