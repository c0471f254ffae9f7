import { StatusError, type Status } from '../../../src/api/status-error.ts';

/** No such version, resource or subresource of a group that is served. */
export const resourceNotFound = (): StatusError =>
  new StatusError('NotFound', 'the server could not find the requested resource', { details: {} });

/** No such group or path: answered in plain text, as Go's router does. */
export const pageNotFound = (): StatusError => new StatusError('NotFound', PAGE_NOT_FOUND);
const PAGE_NOT_FOUND = '404 page not found';

export const isPlainNotFound = ({ reason, message }: Status): boolean =>
  reason === 'NotFound' && message === PAGE_NOT_FOUND;
