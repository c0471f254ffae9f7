import { jsonOf } from '../../src/base/json-of.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { WatchEvent, WatchOptions } from '../../src/api/client.ts';
import { deepFreeze } from '../../src/api/deep-freeze.ts';
import { isRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { isStatusError, StatusError } from '../../src/api/status-error.ts';
import type { ApiConnection } from './api-connection.ts';
import { errorOfAnswer } from './error-of-answer.ts';
import { FRAME_BYTES } from './limits.ts';
import { readAnswer } from './read-answer.ts';
import { resourcePath } from './resource-path.ts';
import { watchLines } from './watch-lines.ts';

/** The events of a watch until `signal` aborts or the server ends it; a connection that is lost throws. */
export async function* followWatch(
  connection: ApiConnection,
  resource: Resource,
  { signal, namespace, ...options }: WatchOptions,
): AsyncGenerator<WatchEvent<AnyObject>, void, undefined> {
  const match = options.sendInitialEvents === undefined ? undefined : 'NotOlderThan';
  const query = { watch: true, ...options, resourceVersionMatch: match };
  try {
    const path = resourcePath(resource, { namespace }, query);
    const { status, body } = await connection.send({ method: 'GET', path, signal });
    try {
      if (status !== 200) {
        const text = await readAnswer(body);
        throw errorOfAnswer(status, jsonOf(text), text);
      }
      for await (const line of watchLines(body as AsyncIterable<Buffer>, FRAME_BYTES)) {
        if (signal.aborted) return;
        yield eventOf(resource, jsonOf(line));
      }
    } finally {
      body.destroy();
    }
  } catch (error) {
    if (signal.aborted) return;
    if (isStatusError(error)) throw error;
    const why = messageOf(error);
    throw new StatusError('ServiceUnavailable', `the watch broke off: ${why}`, { cause: error });
  }
}

function eventOf(resource: Resource, frame: unknown): WatchEvent<AnyObject> {
  const { type, object } = isRecord(frame) ? frame : {};
  if (type === 'ERROR') {
    const code = isRecord(object) && typeof object['code'] === 'number' ? object['code'] : 500;
    throw errorOfAnswer(code, object, '');
  }
  if (isRecord(object) && isRecord(object['metadata'])) {
    // The server keeps the kind's schema.
    const told = deepFreeze(object as unknown as AnyObject);
    if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK')
      return { type, object: told };
  }
  throw new StatusError('InternalError', `the server sent no event in a watch of ${resource.plural}`);
}
