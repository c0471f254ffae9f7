import { StatusError } from './status-error.ts';

/** 500 in apimachinery's words; `message` is told as its cause as well. */
export const internalError = (message: string, cause?: unknown): StatusError =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, {
    details: { causes: [{ message }] },
    cause,
  });
