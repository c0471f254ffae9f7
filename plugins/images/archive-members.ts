import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReadEntry } from 'tar';
import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import { ContentError } from './content-error.ts';
import type { Digest } from './digest.ts';
import { CHUNK_BYTES, decompressorFor } from './decompress.ts';
import { IMAGE_LIMITS } from './limits.ts';

/** A member of the outer archive, copied to a file of ours under a name of ours. */
export interface ArchiveMember {
  readonly file: string;
  readonly digest: Digest;
  readonly size: number;
}

/** By cleaned path. Links, as older `docker save` writes them between layers, lead to the same member. */
export type ArchiveMembers = ReadonlyMap<string, ArchiveMember>;

/** Reads a tarball, plain, gzip or zstd, once and in any order of its members. */
export async function extractMembers(
  world: World,
  archive: string,
  folder: string,
  signal: AbortSignal,
): Promise<ArchiveMembers> {
  const members = new Map<string, ArchiveMember>();
  const links = new Map<string, string>();
  let seen = 0; // counted before any await: members are copied while later ones arrive
  const file = await world.files.open(archive, 'r');
  try {
    const source = file.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES, autoClose: false });
    const decompressor = await decompressorFor(file);
    await pipeline(source, decompressor, chunks => parse(chunks, entry => take(entry)), { signal });
  } catch (error) {
    if (error instanceof ContentError || signal.aborted) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('E') && !code.startsWith('ERR')) throw error;
    throw new ContentError('BadArchive', `it is no readable tar archive: ${messageOf(error)}`);
  } finally {
    await file.close();
  }
  for (const [path, target] of links) {
    const member = members.get(target);
    if (member !== undefined) members.set(path, member);
  }
  return members;

  async function take(entry: ReadEntry): Promise<void> {
    const path = cleaned(entry.path);
    seen += 1;
    if (seen > IMAGE_LIMITS.archiveEntries) {
      throw new ContentError('TooLarge', `it has more than ${IMAGE_LIMITS.archiveEntries} members`);
    }
    if (entry.type === 'SymbolicLink' || entry.type === 'Link') {
      const base = entry.type === 'Link' ? '' : posix.dirname(path);
      links.set(path, cleaned(posix.join(base, entry.linkpath ?? '')));
    }
    if (!['File', 'OldFile', 'ContiguousFile'].includes(entry.type)) {
      entry.resume();
      return;
    }
    const copy = join(folder, `member-${seen}`);
    members.set(path, { file: copy, ...(await copyOut(world, entry, copy)) });
  }
}

const cleaned = (path: string): string => posix.normalize(`/${path}`).slice(1);

async function parse(chunks: AsyncIterable<Buffer>, take: (entry: ReadEntry) => Promise<void>): Promise<void> {
  const { Parser } = await import('tar');
  const parser = new Parser({ strict: true, brotli: false, zstd: false });
  const failed = new AbortController();
  const taken: Promise<void>[] = [];
  const fail = (error: unknown): void => failed.abort(error);
  parser.on('error', fail);
  parser.on('entry', (entry: ReadEntry) => void taken.push(take(entry).catch(fail)));
  const ended = once(parser, 'end', { signal: failed.signal });
  ended.catch(() => undefined);
  for await (const chunk of chunks) {
    failed.signal.throwIfAborted();
    if (!parser.write(chunk))
      await once(parser, 'drain', { signal: failed.signal }).catch(() => failed.signal.throwIfAborted());
  }
  failed.signal.throwIfAborted();
  parser.end();
  await ended.catch(() => failed.signal.throwIfAborted());
  await Promise.all(taken);
  failed.signal.throwIfAborted();
}

async function copyOut(world: World, entry: ReadEntry, target: string): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await world.files.open(target, 'wx', 0o600);
  try {
    for await (const chunk of entry) {
      hash.update(chunk);
      size += chunk.length;
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  if (size !== entry.size) throw new ContentError('BadArchive', `member ${JSON.stringify(entry.path)} is truncated`);
  return { digest: `sha256:${hash.digest('hex')}`, size };
}
