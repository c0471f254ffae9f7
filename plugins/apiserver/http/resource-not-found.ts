import { StatusError } from '../../../src/api/status-error.ts';

/** An upgrade that nothing here answers. */
export const resourceNotFound = (): StatusError =>
  new StatusError('NotFound', 'the server could not find the requested resource', { details: {} });

/** No such group-version, resource or subresource: answered in plain text, as Go's router does. */
export const pageNotFound = (): StatusError => new StatusError('NotFound', PAGE_NOT_FOUND);
export const PAGE_NOT_FOUND = '404 page not found';
