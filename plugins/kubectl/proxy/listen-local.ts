import { once } from 'node:events';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { failedWith, presentOr } from '../../../src/base/failed-with.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Files } from '../../../src/base/world.ts';
import { Failure } from '../failures.ts';

/** Listens on a port; answers the address as Go writes it. */
export async function listenOnPort(server: Server, address: string, port: number): Promise<string> {
  const [, bracketed, plain] = /^(?:\[(.*)\]|([^:]*))$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  const shown = `${address}:${port}`;
  if (host === undefined) throw new Failure(`listen tcp: address ${shown}: too many colons in address`);
  if (port < 0 || port > 65_535) throw new Failure(`listen tcp: address ${port}: invalid port`);
  try {
    await listen(server, host, port);
  } catch (error) {
    throw listenFailure(error, `tcp ${shown}`);
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Failure(`listen tcp ${shown}: no address`);
  return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
}

/** Every address of either family is one listener, where the machine has both. */
async function listen(server: Server, host: string, port: number): Promise<void> {
  const isWild = ['', '0.0.0.0', '::'].includes(host);
  try {
    await once(server.listen(port, isWild ? '::' : host), 'listening');
  } catch (error) {
    if (!isWild || !failedWith(error, 'EAFNOSUPPORT', 'EADDRNOTAVAIL')) throw error;
    await once(server.listen(port, '0.0.0.0'), 'listening');
  }
}

/** Listens on a socket only its user may open; one that lies there already is taken away. */
export async function listenOnSocket(server: Server, files: Files, path: string): Promise<void> {
  const stat = await presentOr(undefined, () => files.stat(path));
  if (stat?.isSocket() === true) await files.unlink(path);
  const before = process.umask(0o077);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  try {
    await once(server, 'listening');
  } catch (error) {
    // Node tells of a folder that is not there as of one that may not be written to.
    const hasFolder = await presentOr(undefined, () => files.stat(dirname(path)));
    if (hasFolder === undefined) throw new Failure(`listen unix ${path}: ${REASONS['ENOENT']}`);
    throw listenFailure(error, `unix ${path}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'bind: address already in use',
  EADDRNOTAVAIL: 'bind: cannot assign requested address',
  EACCES: 'bind: permission denied',
  ENOENT: 'bind: no such file or directory',
};

function listenFailure(error: unknown, where: string): Failure {
  const [, reason] = Object.entries(REASONS).find(([code]) => failedWith(error, code)) ?? [];
  return new Failure(`listen ${where}: ${reason ?? messageOf(error)}`);
}
