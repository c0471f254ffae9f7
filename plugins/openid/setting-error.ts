import { CodedError } from '../../src/base/coded-error.ts';

/** A setting that cannot be followed; the message is what whoever starts the server is told. */
export class OpenIdSettingError extends CodedError<'BadOpenIdSetting'> {
  constructor(message: string) {
    super('BadOpenIdSetting', message);
  }
}
