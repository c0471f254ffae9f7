/** A setting of the audit log that cannot be followed; the message is what whoever starts the server is told. */
export class SettingsError extends Error {
  readonly code = 'BadAuditSetting';
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}
