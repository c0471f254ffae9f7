import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { messageOf } from '../../../src/base/message-of.ts';
import { dig, fieldsAt, listAt, textAt, textsAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import { namespaceOf, nameOf, type KubeObject } from '../kube-object.ts';
import type { Folder } from './folder.ts';
import { allIds, currentId, idText, isSameId, newItem, type Item } from './item.ts';

/** The items, and those that generators make or change. */
export async function generate(folder: Folder, fields: Fields, items: readonly Item[]): Promise<readonly Item[]> {
  let all = items;
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const generators = listAt(fields, kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator');
    for (const args of generators) {
      const options = mergedOptions(fieldsAt(fields, 'generatorOptions'), fieldsAt(args, 'options'));
      const object = await made(folder, kind, args, options);
      const item = newItem(object, dig(options, 'disableNameSuffixHash') !== true);
      all = absorbed(all, item, textAt(args, 'behavior') || 'create');
    }
  }
  return all;
}

function mergedOptions(global: Fields, local: Fields): Fields {
  const texts = (field: string): Fields => ({ ...textsAt(global, field), ...textsAt(local, field) });
  const either = (field: string): boolean => dig(local, field) === true || dig(global, field) === true;
  return {
    labels: texts('labels'),
    annotations: texts('annotations'),
    disableNameSuffixHash: either('disableNameSuffixHash'),
    immutable: either('immutable'),
  };
}

async function made(folder: Folder, kind: 'ConfigMap' | 'Secret', args: unknown, options: Fields): Promise<KubeObject> {
  const [name, namespace] = [textAt(args, 'name'), textAt(args, 'namespace')];
  if (name === '') throw new Failure('a configmap must have a name');
  const [labels, annotations] = [fieldsAt(options, 'labels'), fieldsAt(options, 'annotations')];
  const entries = [...(await pairsOf(folder, name, args))].map(([key, bytes]) => {
    const isData = kind === 'Secret' || isUtf8(bytes);
    const value = kind === 'ConfigMap' && isData ? bytes.toString('utf8') : base64Lines(bytes);
    return { field: isData ? 'data' : 'binaryData', key, value };
  });
  const base: Fields = {
    metadata: {
      name,
      ...(namespace === '' ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(kind === 'Secret' ? { type: textAt(args, 'type') || 'Opaque' } : {}),
    ...(dig(options, 'immutable') === true ? { immutable: true } : {}),
  };
  const whole = entries.reduce((object, { field, key, value }) => withField(object, [field, key], value), base);
  return { ...whole, apiVersion: 'v1', kind };
}

const LINE_CHARS = 70;

/** Base 64, in lines where one would be too long. */
function base64Lines(bytes: Buffer): string {
  const text = bytes.toString('base64');
  if (text.length < LINE_CHARS) return text;
  return (text.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? []).map(line => `${line}\n`).join('');
}

async function pairsOf(folder: Folder, name: string, args: unknown): Promise<ReadonlyMap<string, Buffer>> {
  const envs = [...listAt(args, 'envs'), ...(textAt(args, 'env') === '' ? [] : [textAt(args, 'env')])].map(String);
  const [literals, files] = [listAt(args, 'literals').map(String), listAt(args, 'files').map(String)];
  const pairs = [
    ...(await during(`env source files: [${envs.join(' ')}]`, async () => {
      const texts: string[] = [];
      for (const env of envs) texts.push(await folder.text(env));
      return texts.flatMap(envPairs);
    })),
    ...(await during(`literal sources [${literals.join(' ')}]`, async () => literals.map(literalPair))),
    ...(await during(`file sources: [${files.join(' ')}]`, async () => {
      const read: Pair[] = [];
      for (const file of files) {
        const [key, path] = fileSource(file);
        read.push([key, await folder.bytes(path)]);
      }
      return read;
    })),
  ];
  const seen = new Map<string, Buffer>();
  for (const [key, bytes] of pairs) {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) throw new Failure(`"${key}" is not a valid key name`);
    if (seen.has(key)) throw new Failure(`configmap ${name} illegally repeats the key \`${key}\``);
    seen.set(key, bytes);
  }
  return seen;
}

type Pair = readonly [key: string, bytes: Buffer];

async function during(what: string, read: () => Promise<readonly Pair[]>): Promise<readonly Pair[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`loading KV pairs: ${what}: ${messageOf(error)}`);
  }
}

function envPairs(text: string): readonly Pair[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.replace(/\r$/, '').trimStart())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const at = line.indexOf('=');
      const [key, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
      return [key, Buffer.from(value)];
    });
}

function literalPair(source: string): Pair {
  const at = source.indexOf('=');
  if (at <= 0) throw new Failure(`invalid literal source ${source}, expected key=value`);
  const value = source.slice(at + 1);
  const isQuoted = value.length >= 2 && /^(["']).*\1$/s.test(value);
  return [source.slice(0, at), Buffer.from(isQuoted ? value.slice(1, -1) : value)];
}

function fileSource(source: string): readonly [key: string, path: string] {
  const parts = source.split('=');
  const [key = '', path = ''] = parts;
  if (parts.length === 1) return [basename(source), source];
  if (parts.length > 2) throw new Failure(`source "${source}" key name or file path contains '='`);
  if (key === '') throw new Failure(`missing key name for file path "${path}" in source "${source}"`);
  if (path === '') throw new Failure(`missing file path for key name "${key}" in source "${source}"`);
  return [key, path];
}

/** Adds it, or replaces or changes what is there already, as it was asked to. */
function absorbed(items: readonly Item[], item: Item, behavior: string): readonly Item[] {
  const id = currentId(item);
  const matches = items.filter(each => allIds(each).some(earlier => isSameId(earlier, id)));
  const [old, ...more] = matches;
  if (old === undefined) {
    if (behavior === 'create') return [...items, item];
    throw new Failure(`id ${idText(id)} does not exist; cannot merge or replace`);
  }
  if (more.length > 0) throw new Failure(`found multiple objects that could accept merge of ${idText(id)}`);
  if (behavior !== 'merge' && behavior !== 'replace') {
    throw new Failure(
      `id ${idText(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`,
    );
  }
  return items.with(items.indexOf(old), {
    ...old,
    object: combined(old.object, item.object, behavior),
    isHashed: item.isHashed,
  });
}

function combined(old: KubeObject, made: KubeObject, behavior: 'merge' | 'replace'): KubeObject {
  let object: Fields = made;
  const put = (path: readonly string[], value: Fields): void => {
    if (Object.keys(value).length > 0) object = withField(object, path, value);
  };
  for (const field of ['labels', 'annotations']) {
    put(['metadata', field], { ...fieldsAt(old, 'metadata', field), ...fieldsAt(made, 'metadata', field) });
  }
  object = withField(object, ['metadata', 'name'], nameOf(old));
  object = withField(object, ['metadata', 'namespace'], namespaceOf(old) || undefined);
  if (behavior === 'merge') {
    for (const field of ['data', 'binaryData']) put([field], { ...fieldsAt(old, field), ...fieldsAt(made, field) });
  }
  return { ...object, apiVersion: made.apiVersion, kind: made.kind };
}
