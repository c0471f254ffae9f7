import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';
import { askedRanges, contentRange, lengthOf, partHeads, type ByteRange } from './byte-ranges.ts';
import { sendText } from './send-text.ts';

export interface FileRequest {
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
  /** Below the folder, without escapes. */
  readonly path: string;
  /** With its question mark; '' for none. */
  readonly query: string;
}

/** Serves what lies in a folder, listings and index.html as Go's FileServer has them. */
export async function serveStaticFile(files: Files, folder: string, asked: FileRequest): Promise<void> {
  const { answer, query } = asked;
  const path = posix.normalize(`/${asked.path}`);
  const redirect = (to: string): void =>
    void answer.writeHead(301, { location: to + query, 'content-length': 0 }).end();
  if (path.endsWith('/index.html')) return redirect('./');
  if (path.includes('\0')) return sendText(answer, 500, '500 Internal Server Error');
  const there = join(folder, path.replace(/\/$/, ''));
  try {
    const isFolder = (await files.stat(there)).isDirectory();
    const base = posix.basename(path);
    if (isFolder && !path.endsWith('/')) return redirect(`${encodeURI(base)}/`);
    if (!isFolder && path.endsWith('/')) return redirect(`../${encodeURI(base)}`);
    if (!isFolder) return await sendFile(files, there, asked);
    const index = join(there, 'index.html');
    if (await isThere(files, index)) return await sendFile(files, index, asked);
    await sendListing(files, there, asked);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) sendText(answer, 404, '404 page not found');
    else if (failedWith(error, 'EACCES', 'EPERM')) sendText(answer, 403, '403 Forbidden');
    else sendText(answer, 500, '500 Internal Server Error');
  }
}

const isThere = (files: Files, path: string): Promise<boolean> =>
  files.stat(path).then(
    () => true,
    (error: unknown) => (failedWith(error, 'ENOENT') ? false : Promise.reject(error)),
  );

const TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8',
};

async function sendFile(files: Files, path: string, { request, answer }: FileRequest): Promise<void> {
  await using file = await files.open(path);
  const { size, mtime } = await file.stat();
  const headers = { 'last-modified': mtime.toUTCString() };
  if (isUnchanged(request, mtime)) {
    answer.writeHead(304, headers).end();
    return;
  }
  const type = TYPES[extname(path).toLowerCase()] ?? typeOf(await firstBytes(file));
  const asked = askedRanges(request.headers, size, mtime.getTime());
  if ('problem' in asked) {
    if (asked.isBeyond) answer.setHeader('content-range', `bytes */${size}`);
    return sendText(answer, 416, asked.problem);
  }
  const isHead = request.method === 'HEAD';
  await sendRanges(file, asked.ranges, {
    answer,
    headers: { ...headers, 'accept-ranges': 'bytes' },
    type,
    size,
    isHead,
  });
}

interface Sent {
  readonly answer: ServerResponse;
  readonly headers: Readonly<Record<string, string>>;
  readonly type: string;
  readonly size: number;
  readonly isHead: boolean;
}

async function sendRanges(file: FileHandle, ranges: readonly ByteRange[], sent: Sent): Promise<void> {
  const { answer, headers, type, size, isHead } = sent;
  const bytes = ({ start, end }: ByteRange): AsyncIterable<Uint8Array> =>
    file.createReadStream({ autoClose: false, start, end });
  const [first = { start: 0, end: size - 1 }, ...more] = ranges;
  if (more.length === 0) {
    const isPart = ranges.length > 0;
    answer.writeHead(isPart ? 206 : 200, {
      ...headers,
      'content-type': type,
      'content-length': lengthOf(first),
      ...(isPart ? { 'content-range': contentRange(first, size) } : {}),
    });
    if (isHead || lengthOf(first) === 0) answer.end();
    else await pipeline(bytes(first), answer);
    return;
  }
  const boundary = randomBytes(BOUNDARY_BYTES).toString('hex');
  const { heads, tail } = partHeads(ranges, { type, size, boundary });
  const length = [...ranges.map(lengthOf), ...heads.map(head => head.length), tail.length].reduce((a, b) => a + b);
  answer.writeHead(206, {
    ...headers,
    'content-type': `multipart/byteranges; boundary=${boundary}`,
    'content-length': length,
  });
  if (isHead) answer.end();
  else {
    await pipeline(async function* () {
      for (const [i, range] of ranges.entries()) {
        yield heads[i] ?? '';
        yield* bytes(range);
      }
      yield tail;
    }, answer);
  }
}

const BOUNDARY_BYTES = 30;

const SNIFFED_BYTES = 512;

async function firstBytes(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** What is no text by its first bytes is anything. */
function typeOf(bytes: Uint8Array): string {
  const isBinary = bytes.some(byte => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte));
  return isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

function isUnchanged({ headers, method = '' }: IncomingMessage, mtime: Date): boolean {
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return ['GET', 'HEAD'].includes(method) && since >= Math.floor(mtime.getTime() / 1000) * 1000;
}

async function sendListing(files: Files, path: string, { request, answer }: FileRequest): Promise<void> {
  const entries = await files.readdir(path, { withFileTypes: true });
  const names = entries.map(entry => entry.name + (entry.isDirectory() ? '/' : '')).toSorted();
  const links = names.map(name => `<a href="${hrefOf(name)}">${escaped(name)}</a>\n`).join('');
  const head = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n';
  const body = `${head}<pre>\n${links}</pre>\n`;
  const { mtime } = await files.stat(path);
  if (isUnchanged(request, mtime)) {
    answer.writeHead(304).end();
    return;
  }
  answer.writeHead(200, {
    'last-modified': mtime.toUTCString(),
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  answer.end(request.method === 'HEAD' ? undefined : body);
}

/** A relative reference; a name with a colon in it would be read as a scheme. */
const hrefOf = (name: string): string =>
  `${name.includes(':') ? './' : ''}${encodeURI(name).replaceAll('#', '%23').replaceAll('?', '%3F').replaceAll("'", '%27')}`;

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
