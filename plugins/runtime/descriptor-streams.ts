import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Streams over descriptors that a shim handed out; they own them. */
export function readableStream(fd: number): Readable {
  return new Socket({ fd, readable: true, writable: false });
}

export function writableStream(fd: number): Writable {
  return new Socket({ fd, readable: false, writable: true });
}

/** One socket for both directions of a terminal. Ending the writing side leaves the program alive. */
export function duplexStream(fd: number): Socket {
  return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
}
