import { connect } from 'node:net';
import type { Timers } from '../../../src/base/world.ts';
import { bracketed, dialError } from './http-request.ts';
import { failure, success, type ProbeResult } from './probe-result.ts';

/** Whether a TCP connection can be made within `deadlineMs`; it is closed at once. */
export function tcpDial(host: string, port: number, deadlineMs: number, timers: Timers): Promise<ProbeResult> {
  const address = `${bracketed(host)}:${port}`;
  return new Promise(resolve => {
    const socket = connect({ host, port });
    const timer = timers.after(deadlineMs, () => end(failure(`dial tcp ${address}: i/o timeout`)));
    const end = (result: ProbeResult): void => {
      timer[Symbol.dispose]();
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => end(success()));
    socket.on('error', error => end(failure(dialError(error, address))));
  });
}
