import { createHash } from 'node:crypto';
import { dig } from '../dig.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import { goJson } from '../print/json.ts';
import { remembering, withName, type Item } from './item.ts';

/** Gives what generators made names that change with what it holds. */
export const hashNames = (items: readonly Item[]): readonly Item[] =>
  items.map(item =>
    item.isHashed ? withName(remembering(item), `${nameOf(item.object)}-${contentHash(item.object)}`) : item,
  );

const HASH_CHARS = 10;
/** Letters that spell no words. */
const INSTEAD: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

function contentHash(object: KubeObject): string {
  const { kind } = object;
  const more = kind === 'Secret' ? 'stringData' : 'binaryData';
  const content = {
    kind,
    name: '',
    data: dig(object, 'data') ?? '',
    ...(kind === 'Secret' ? { type: dig(object, 'type') ?? '' } : {}),
    ...(dig(object, more) === undefined ? {} : { [more]: dig(object, more) }),
  };
  const hash = createHash('sha256').update(goJson(content)).digest('hex').slice(0, HASH_CHARS);
  return Array.from(hash, character => INSTEAD[character] ?? character).join('');
}
