/** The client broke the rules of the connection, which ends it. */
export class SpdyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpdyError';
  }
}
