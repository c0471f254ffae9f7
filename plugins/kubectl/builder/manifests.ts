import { join, resolve } from 'node:path';
import { isRecord } from '../../../src/base/is-record.ts';
import type { Call } from '../command/verb.ts';
import { dig } from '../dig.ts';
import { Failure } from '../failures.ts';
import { isKubeObject, type KubeObject } from '../kube-object.ts';
import { documentsOf } from './documents.ts';

/** An object as a file has it. */
export interface Manifest {
  readonly object: KubeObject;
  /** Which file; `STDIN`. */
  readonly source: string;
}

export interface ManifestText {
  readonly text: string;
  readonly source: string;
}

const EXTENSIONS = /\.(json|ya?ml)$/;

/** The objects of `-f`: files, folders, addresses and `-`, the members of lists one by one; or those of `-k`. */
export async function readManifests(call: Call): Promise<readonly Manifest[]> {
  const { flags } = call;
  const recursive = flags.has('recursive') && flags.bool('recursive');
  const paths = flags.list('filename');
  if (flags.has('kustomize') && flags.text('kustomize') !== '') {
    if (paths.length > 0) throw new Failure('only one of -f or -k can be specified');
    if (recursive) throw new Failure(`the -k flag can't be used with -f or -R`);
    return kustomized(call, flags.text('kustomize'));
  }
  const texts = await manifestTexts(call, paths, recursive);
  const manifests: Manifest[] = [];
  for (const each of texts) manifests.push(...(await parseManifests(each)));
  return manifests;
}

async function kustomized({ terminal, world }: Call, path: string): Promise<readonly Manifest[]> {
  const { build } = await import('../kustomize/build.ts');
  const objects = await build(path, {
    files: world.files,
    from: terminal.workFolder,
    warn: text => terminal.err(text),
    isOpen: false,
  });
  return objects.map(object => ({ object, source: path }));
}

export async function manifestTexts(
  call: Call,
  paths: readonly string[],
  recursive: boolean,
): Promise<readonly ManifestText[]> {
  const all: ManifestText[] = [];
  for (const path of paths) {
    if (path === '-') all.push({ text: await readAll(call), source: 'STDIN' });
    else if (/^https?:\/\//.test(path)) all.push({ text: await download(path), source: path });
    else all.push(...(await filesAt(call, path, recursive)));
  }
  return all;
}

export async function readAll({ terminal }: Pick<Call, 'terminal'>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of terminal.input()) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

async function download(url: string): Promise<string> {
  const { request } = await import('undici');
  const answer = await request(url);
  if (answer.statusCode !== 200) {
    throw new Failure(
      `unable to read URL "${url}", server reported ${answer.statusCode}, status code=${answer.statusCode}`,
    );
  }
  return answer.body.text();
}

async function filesAt(call: Call, path: string, recursive: boolean): Promise<readonly ManifestText[]> {
  const { files } = call.world;
  const there = resolve(call.terminal.workFolder, path);
  const stat = await files.stat(there).catch(() => undefined);
  if (stat === undefined) throw new Failure(`the path ${JSON.stringify(path)} does not exist`);
  if (!stat.isDirectory()) return [{ text: await files.readFile(there, 'utf8'), source: path }];
  const all: ManifestText[] = [];
  const entries = await files.readdir(there, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) {
      if (recursive) all.push(...(await filesAt(call, inside, true)));
    } else if (EXTENSIONS.test(entry.name)) {
      all.push({ text: await files.readFile(join(there, entry.name), 'utf8'), source: inside });
    }
  }
  if (all.length === 0 && !recursive) {
    throw new Failure(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
  }
  return all;
}

export async function parseManifests({ text, source }: ManifestText): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const value of await documentsOf(text, source)) {
    if (value === null || value === undefined) continue;
    for (const object of membersOf(value, source)) manifests.push({ object, source });
  }
  return manifests;
}

function membersOf(value: unknown, source: string): readonly KubeObject[] {
  if (!isRecord(value)) throw new Failure(`unable to decode ${JSON.stringify(source)}: it is no object`);
  const missing = ['apiVersion', 'kind'].filter(
    field => typeof dig(value, field) !== 'string' || dig(value, field) === '',
  );
  if (missing.length > 0) throw new Failure(missingText(missing, source));
  if (!isKubeObject(value)) return [];
  if (!value.kind.endsWith('List') || !Array.isArray(value['items'])) return [value];
  // Members of a list of one kind may leave out which.
  const shared =
    value.kind === 'List' ? {} : { apiVersion: value.apiVersion, kind: value.kind.slice(0, -'List'.length) };
  return value['items'].flatMap(item => membersOf(isRecord(item) ? { ...shared, ...item } : item, source));
}

function missingText(missing: readonly string[], source: string): string {
  const texts = missing.map(field => `${field} not set`);
  const all = texts.length > 1 ? `[${texts.join(', ')}]` : texts.join('');
  const validated = `error validating ${JSON.stringify(source)}: error validating data: ${all}`;
  return `${validated}; if you choose to ignore these errors, turn validation off with --validate=false`;
}
