import { CodedError } from '../../src/base/coded-error.ts';

/** A setting of encryption that cannot be followed; the message is what whoever starts the server is told. */
export class EncryptionSettingError extends CodedError<'BadEncryptionSetting'> {
  constructor(message: string) {
    super('BadEncryptionSetting', message);
  }
}
