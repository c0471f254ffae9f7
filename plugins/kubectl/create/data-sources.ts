import { isUtf8 } from 'node:buffer';
import { basename, join, resolve } from 'node:path';
import { failedWith } from '../../../src/base/failed-with.ts';
import type { Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { configKeyProblems } from '../../../src/base/config-key.ts';
import { messageOf } from '../../../src/base/message-of.ts';

export interface DataSources {
  readonly data: Readonly<Record<string, string>>;
  /** What is no text, as base64. */
  readonly binary: Readonly<Record<string, string>>;
}

/** What `--from-literal`, `--from-file` and `--from-env-file` come to; secrets take all as bytes. */
export async function dataSources(call: Call, kind: 'configmap' | 'secret', owner: string): Promise<DataSources> {
  const { flags } = call;
  const entries = new Map<string, Buffer>();
  if (
    flags.list('from-env-file').length > 0 &&
    (flags.list('from-file').length > 0 || flags.list('from-literal').length > 0)
  ) {
    throw new Failure('from-env-file cannot be combined with from-file or from-literal');
  }
  for (const literal of flags.list('from-literal')) {
    const [key, value] = keyAndValue(literal);
    add(entries, { kind, owner }, key, Buffer.from(value));
  }
  for (const source of flags.list('from-file')) await addFile(call, entries, { kind, owner }, source);
  for (const path of flags.list('from-env-file')) {
    for (const [key, value] of envLines(call, await readOr(call, path)))
      add(entries, { kind, owner }, key, Buffer.from(value));
  }
  const all = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (kind === 'secret') {
    return { data: Object.fromEntries(all.map(([key, value]) => [key, value.toString('base64')])), binary: {} };
  }
  const isText = (value: Buffer): boolean => isUtf8(value);
  return {
    data: Object.fromEntries(
      all.filter(([, value]) => isText(value)).map(([key, value]) => [key, value.toString('utf8')]),
    ),
    binary: Object.fromEntries(
      all.filter(([, value]) => !isText(value)).map(([key, value]) => [key, value.toString('base64')]),
    ),
  };
}

function keyAndValue(literal: string): readonly [string, string] {
  const at = literal.indexOf('=');
  if (at <= 0) throw new Failure(`invalid literal source ${literal}, expected key=value`);
  const value = literal.slice(at + 1);
  const quoted = /^"[\s\S]*"$|^'[\s\S]*'$/.test(value) && value.length > 1;
  return [literal.slice(0, at), quoted ? value.slice(1, -1) : value];
}

interface Keeper {
  readonly kind: 'configmap' | 'secret';
  readonly owner: string;
}

function add(entries: Map<string, Buffer>, { kind, owner }: Keeper, key: string, value: Buffer): void {
  const what = kind === 'secret' ? 'Secret' : 'ConfigMap';
  const [problem] = configKeyProblems(key);
  if (problem !== undefined) {
    throw new Failure(`${JSON.stringify(key)} is not a valid key name for a ${what}: ${problem}`);
  }
  if (entries.has(key)) {
    throw new Failure(
      `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${what} ${JSON.stringify(owner)}`,
    );
  }
  entries.set(key, value);
}

async function addFile(call: Call, entries: Map<string, Buffer>, keeper: Keeper, source: string): Promise<void> {
  const { files } = call.world;
  const equals = source.indexOf('=');
  const [key, path] = equals < 0 ? ['', source] : [source.slice(0, equals), source.slice(equals + 1)];
  if (equals === 0) throw new Failure(`key name for file path ${path} missing`);
  if (equals > 0 && path === '') throw new Failure(`file path for key name ${key} missing`);
  const there = resolve(call.terminal.workFolder, path);
  const stat = await files.stat(there).catch((error: unknown) => Promise.reject(fileFailure(error, path)));
  if (!stat.isDirectory()) return add(entries, keeper, key || basename(path), await files.readFile(there));
  if (key !== '') throw new Failure('cannot give a key name for a directory path');
  for (const entry of (await files.readdir(there, { withFileTypes: true })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (entry.isFile()) add(entries, keeper, entry.name, await files.readFile(join(there, entry.name)));
  }
}

export const fileFailure = (error: unknown, path: string): Failure =>
  new Failure(failedWith(error, 'ENOENT') ? `error reading ${path}: no such file or directory` : messageOf(error));

async function readOr({ world, terminal }: Call, path: string): Promise<string> {
  try {
    return await world.files.readFile(resolve(terminal.workFolder, path), 'utf8');
  } catch (error) {
    throw fileFailure(error, path);
  }
}

function envLines({ world }: Call, text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap(line => {
    const trimmed = line.replace(/\r$/, '').trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const at = trimmed.indexOf('=');
    if (at < 0) {
      const value = world.processes.env[trimmed];
      return value === undefined ? [] : [[trimmed, value] as const];
    }
    return [[trimmed.slice(0, at), trimmed.slice(at + 1)] as const];
  });
}
