import { StatusError, STATUS_CODES, type Status, type StatusReason } from '../../../src/api/status-error.ts';
import { isRecord } from '../../../src/base/is-record.ts';

/** What another server refuses `path` with: its own word, or what a client makes of a code alone. */
export function statusOfRemote(code: number, body: Buffer, path: string): StatusError {
  const said = statusIn(body);
  if (said !== undefined) return said;
  const what = ` (get ${resourceOf(path)})`;
  switch (code) {
    case 403:
      return new StatusError('Forbidden', `unknown${what}`);
    case 404:
      return new StatusError('NotFound', `the server could not find the requested resource${what}`);
    case 503:
      return new StatusError('ServiceUnavailable', `the server is currently unable to handle the request${what}`);
    default:
      return new StatusError('InternalError', `the server responded with the status code ${code}${what}`);
  }
}

function statusIn(body: Buffer): StatusError | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (!isRecord(parsed) || parsed['kind'] !== 'Status') return undefined;
    const { reason = '', message = '', details } = parsed as Partial<Status>;
    const known: StatusReason = Object.hasOwn(STATUS_CODES, reason) ? reason : '';
    return new StatusError(known, message, details === undefined ? {} : { details });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `pods.metrics.k8s.io` of `/apis/metrics.k8s.io/v1beta1/namespaces/x/pods`. */
function resourceOf(path: string): string {
  const [, , group = '', , first = '', , third] = (path.split('?', 1)[0] ?? '').split('/');
  return `${first === 'namespaces' && third !== undefined ? third : first}.${group}`;
}
