import { CodedError } from '../../src/base/coded-error.ts';
import { http } from '../../src/base/http.ts';

/** What a registry answered, or why it did not, in containerd's words. */
export class RegistryError extends CodedError<RegistryErrorCode> {}

export type RegistryErrorCode = 'Unreachable' | 'NotFound' | 'Denied' | 'Status' | 'Redirect' | 'Interrupted';

/** Credentials and signatures that came in the query stay out of messages. */
export const shownUrl = (url: URL): string => url.origin + url.pathname;

export const statusError = (method: string, url: URL, status: number): RegistryError =>
  new RegistryError(
    status === 404 ? 'NotFound' : 'Status',
    `unexpected status from ${method} request to ${shownUrl(url)}: ${status} ${http.STATUS_CODES[status] ?? ''}`.trimEnd(),
  );
