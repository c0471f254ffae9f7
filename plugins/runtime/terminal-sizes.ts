import { encodeProcessRequest } from './wire-requests.ts';
import { REQUEST } from './protocol.ts';
import type { ShimClient } from './shim-client.ts';

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Tells the shim a terminal's sizes, one at a time: of those that come while one is under way only the last
 * counts, so that nobody can fill the connection that all of a pod shares. `session` 0 is the container's own.
 */
export function terminalSizes(client: ShimClient, containerId: string, session: number) {
  let next: Size | undefined;
  let telling = false;
  const tell = async (): Promise<void> => {
    for (let size = next; size !== undefined; size = next) {
      next = undefined;
      const body = encodeProcessRequest(containerId, session, size.columns, size.rows);
      // A program that has ended meanwhile has no terminal to resize.
      await client.request(REQUEST.resize, body).catch(() => undefined);
    }
    telling = false;
  };
  return (columns: number, rows: number): void => {
    next = { columns, rows };
    if (telling) return;
    telling = true;
    void tell();
  };
}
