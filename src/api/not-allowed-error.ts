import { forbiddenError, StatusError } from './status-error.ts';

/** What was asked for, as an authorizer is asked about it. */
export interface AskedFor {
  readonly verb: string;
  readonly path: string;
  readonly isResourceRequest: boolean;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** 403, worded as apiserver's responsewriters.ForbiddenStatusError. */
export function notAllowedError(userName: string, asked: AskedFor, reason = ''): StatusError {
  const { verb, path, group, resource, subresource, namespace, name } = asked;
  const who = `User ${JSON.stringify(userName)} cannot ${verb}`;
  const tail = reason === '' ? '' : `: ${reason}`;
  if (!asked.isResourceRequest) {
    return new StatusError('Forbidden', `forbidden: ${who} path ${JSON.stringify(path)}${tail}`, { details: {} });
  }
  const full = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const detail = `${who} resource ${full} in API group ${JSON.stringify(group)} ${where}${tail}`;
  return forbiddenError({ group, plural: resource }, name, detail);
}
