import type { IncomingMessage } from 'node:http';
import { qualified, StatusError } from '../../../src/api/status-error.ts';
import type { Catalog } from '../catalog.ts';
import type { Aggregation, ConnectHandler } from '../contract.ts';
import { isWebSocket } from './open-web-socket.ts';
import { readPath, type ReadPath } from './read-path.ts';

interface Streams {
  readonly catalog: Catalog;
  readonly connects: readonly ConnectHandler[];
  /** One at most. */
  readonly aggregations: readonly Aggregation[];
}

/**
 * Whether there is something that speaks the protocol a request wishes to go on in: a stream, a watch, another server.
 * Where there is nothing, HTTP has the wish ignored, as upstream does.
 */
export function mayUpgrade({ catalog, connects, aggregations }: Streams, request: IncomingMessage): boolean {
  const read = pathOf(request);
  if (read === undefined) return false;
  const { info, segments } = read;
  const [root, group = '', version = ''] = segments;
  if (root === 'apis' && aggregations[0]?.find(group, version) !== undefined) return true;
  if (info.verb === 'watch') return isWebSocket(request);
  const resource = catalog.find(info.group, info.version, info.resource);
  if (resource === undefined) return false;
  const handler = connects.find(
    ({ resource: owner, subresource }) => owner === qualified(resource) && subresource === info.subresource,
  );
  return handler !== undefined && (handler.upgrade !== undefined || isWebSocket(request));
}

/** `undefined` for a path that is refused, which whoever answers plain requests does. */
function pathOf({ method = '', url = '' }: IncomingMessage): ReadPath | undefined {
  try {
    return readPath(method, url);
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}
