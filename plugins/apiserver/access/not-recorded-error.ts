/** A request that is not served since it cannot be put on record. */
export class NotRecordedError extends Error {
  readonly code = 'NotRecorded';
  constructor(url: string) {
    super(`Internal Server Error: ${JSON.stringify(url)}: failed to store audit event`);
    this.name = 'NotRecordedError';
  }
}
