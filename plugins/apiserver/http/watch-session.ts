import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { DoorLimits } from '../limits.ts';

/**
 * Ends an HTTP/2 connection that is idle: none of its streams is open for `idleMs`. A stream whose answer is
 * complete but not read for `stallMs` is cut: by windows kept shut a client could else make answers pile up.
 */
export function watchSession(session: ServerHttp2Session, { idleMs, stallMs }: DoorLimits): void {
  let open = 0;
  const rest = (): void => {
    if (open === 0) session.close();
  };
  session.setTimeout(idleMs, rest);
  session.on('stream', (stream: ServerHttp2Stream) => {
    open += 1;
    stream.once('close', () => {
      open -= 1;
    });
    stream.setTimeout(stallMs, () => {
      if (stream.writableEnded) stream.close(constants.NGHTTP2_CANCEL);
    });
  });
}
