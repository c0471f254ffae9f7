/** The wire between daemon and shim; native/shim/protocol.h is its mirror and explains it. */
export const PROTOCOL_VERSION = 1;
export const HEADER_BYTES = 16;
export const ID_BYTES = 64;

export const REQUEST = {
  setup: 1,
  start: 2,
  exec: 3,
  signal: 4,
  resize: 5,
  list: 6,
  delete: 7,
  shutdown: 8,
  reopen: 9,
  attach: 10,
  hello: 11,
  prepare: 12,
} as const;
export type RequestType = (typeof REQUEST)[keyof typeof REQUEST];

export const EVENT = { exited: 128, execExited: 129 } as const;

export const PROCESS = { tty: 1, stdin: 2, newPid: 4, stdinOnce: 8 } as const;

export const PHASE = { prepare: 1, log: 2, clone: 3, child: 4 } as const;

export const OP = {
  mkdir: 1,
  write: 2,
  hostname: 3,
  loopbackUp: 4,
  podShm: 5,
  newCgroupNamespace: 6,
  source: 7,
  private: 8,
  overlay: 9,
  mount: 10,
  node: 11,
  symlink: 12,
  shm: 13,
  bind: 14,
  mask: 15,
  readonly: 16,
  terminal: 17,
  pivot: 18,
  enter: 19,
  cwd: 20,
  identity: 21,
  bound: 22,
  noNewPrivileges: 23,
  seccomp: 24,
  exec: 25,
  successor: 26,
  podPids: 27,
  file: 28,
  rename: 29,
  label: 30,
  target: 31,
  layers: 32,
  podUsers: 33,
  owner: 34,
  mapped: 35,
  users: 36,
  podWrite: 37,
  hook: 38,
} as const;
export type Op = (typeof OP)[keyof typeof OP];

/** In the error of a failed hook: the rest is what wait(2) tells of the program. */
export const HOOK_ENDED = 0x1_0000;

export const OP_FLAG = { optional: 1, recursive: 2, parents: 4, noLinks: 8 } as const;

export interface Header {
  readonly type: number;
  readonly request: number;
  /** errno of the failure, 0 on success. */
  readonly error: number;
}

export function encodeMessage(type: RequestType, request: number, body: Uint8Array): Buffer {
  const message = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  message.writeUInt16LE(PROTOCOL_VERSION, 0);
  message.writeUInt16LE(type, 2);
  message.writeUInt32LE(request, 4);
  message.writeUInt32LE(body.length, 8);
  message.writeUInt32LE(0, 12);
  message.set(body, HEADER_BYTES);
  return message;
}

/** `undefined` for what no shim of a version we know would send. */
export function decodeMessage(message: Buffer): { readonly header: Header; readonly body: Buffer } | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16LE(0) !== PROTOCOL_VERSION) return undefined;
  if (message.readUInt32LE(8) !== message.length - HEADER_BYTES) return undefined;
  const header = { type: message.readUInt16LE(2), request: message.readUInt32LE(4), error: message.readUInt32LE(12) };
  return { header, body: message.subarray(HEADER_BYTES) };
}
