import type { Timers } from '../../../src/base/world.ts';
import type { ConnectRequest, StreamAnswer } from '../../apiserver/contract.ts';
import { askBackend, BackendError, type Backend, type BackendAnswer } from '../backend.ts';
import { forwardedHeaders, returnedHeaders } from '../forwarded-headers.ts';
import { READ_MS } from '../limits.ts';
import { remoteUserHeaders } from './remote-user-headers.ts';

/** One request to the server of an aggregated API and its answer back, as they come. */
export async function passRequest(
  timers: Timers,
  backend: Backend,
  request: ConnectRequest,
  answer: StreamAnswer,
): Promise<void> {
  const reply = await ask(timers, backend, request);
  if (reply instanceof BackendError) {
    return tellProblem(answer, request, 503, `error trying to reach service: ${reply.message}`);
  }
  if (reply.type === 'upgrade') {
    reply.socket.destroy();
    return tellProblem(answer, request, 503, 'error trying to reach service: unexpected upgrade');
  }
  const { answer: from } = reply;
  const { statusCode = 502 } = from;
  if (statusCode >= 300 && statusCode <= 399 && from.headers.location !== undefined) {
    from.destroy();
    return tell(answer, request, 502, REDIRECTED, []);
  }
  answer.head(returnedHeaders(from.rawHeaders), statusCode);
  if (request.method === 'HEAD') {
    from.destroy();
    return;
  }
  try {
    for await (const chunk of from) await answer.write(chunk as Buffer);
  } catch (error) {
    // Whoever left is not to be told that the connection broke off.
    request.signal.throwIfAborted();
    throw error;
  }
}

const REDIRECTED = 'the backend attempted to redirect this request, which is not permitted';

async function ask(timers: Timers, backend: Backend, request: ConnectRequest): Promise<BackendAnswer | BackendError> {
  const { method, base, rest, search, body, host, signal, user } = request;
  const path = `${base}${rest}`;
  const forwarded = ['X-Forwarded-Uri', path, 'X-Forwarded-Host', host, 'X-Forwarded-Proto', 'https'];
  const headers = [...forwardedHeaders(request.headers, 'plain'), ...forwarded, ...remoteUserHeaders(user)];
  const late = new AbortController();
  using _deadline = isDiscovery(path) ? timers.after(READ_MS, () => late.abort()) : undefined;
  try {
    const either = AbortSignal.any([signal, late.signal]);
    return await askBackend(timers, backend, { method, path: `${path}${search}`, headers, body, signal: either });
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return new BackendError('context deadline exceeded');
    if (error instanceof BackendError) return error;
    throw error;
  }
}

/** `/apis/<group>/<version>`: clients ask all servers for theirs and wait for the slowest. */
const isDiscovery = (path: string): boolean => path.split('/').filter(segment => segment !== '').length === 3;

/** In plain text, as Go's `http.Error`. */
export const tellProblem = (answer: StreamAnswer, request: ConnectRequest, code: number, text: string): Promise<void> =>
  tell(answer, request, code, `${text}\n`, [
    ['content-type', 'text/plain; charset=utf-8'],
    ['x-content-type-options', 'nosniff'],
  ]);

async function tell(
  answer: StreamAnswer,
  { method }: ConnectRequest,
  code: number,
  text: string,
  headers: readonly (readonly [string, string])[],
): Promise<void> {
  const body = Buffer.from(text);
  answer.head([...headers, ['content-length', String(body.length)]], code);
  if (method !== 'HEAD') await answer.write(body);
}
