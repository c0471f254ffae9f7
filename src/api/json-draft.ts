import { CodedError } from '../base/coded-error.ts';
import { JsonPatchError } from './json-patch-error.ts';
import { isRecord, setMember } from './json-record.ts';

type Container = unknown[] | Record<string, unknown>;

/**
 * A document under change: each container on the way to an edit is copied once and then changed in place, so
 * that thousands of edits of one large document cost what they change. The document itself is left alone.
 */
export class JsonDraft {
  #root: unknown;
  /** Copies made here. What a patch brings along is not among them. */
  readonly #own = new WeakSet<object>();
  #shiftsLeft: number;

  constructor(document: unknown, shiftedItems: number) {
    this.#root = document;
    this.#shiftsLeft = shiftedItems;
  }

  get value(): unknown {
    return this.#root;
  }

  /** Throws `MissingPart` where there is nothing, as all that changes does. */
  at(path: readonly string[]): unknown {
    return path.reduce((node, token, index) => child(node, token, index === path.length - 1), this.#root);
  }

  add(path: readonly string[], value: unknown): void {
    const place = this.#open(path);
    if (place === undefined) {
      this.#root = value;
      return;
    }
    const { container, token } = place;
    if (!Array.isArray(container)) {
      setMember(container, token, value);
      return;
    }
    const index = token === '-' ? container.length : indexIn(container, token, true, true);
    this.#shift(container.length - index);
    container.splice(index, 0, value);
  }

  replace(path: readonly string[], value: unknown): void {
    const place = this.#open(path);
    if (place === undefined) {
      this.#root = value;
      return;
    }
    const { container, token } = place;
    if (Array.isArray(container)) container[indexIn(container, token, true)] = value;
    // RFC 6902 asks that it be there; the library that upstream takes does not.
    else setMember(container, token, value);
  }

  remove(path: readonly string[]): void {
    const place = this.#open(path);
    if (place === undefined) {
      this.#root = null;
      return;
    }
    const { container, token } = place;
    if (Array.isArray(container)) {
      const index = indexIn(container, token, true);
      this.#shift(container.length - index);
      container.splice(index, 1);
    } else {
      if (!Object.hasOwn(container, token)) throw nonexistent(token);
      delete container[token];
    }
  }

  /** The container that a path's last token names a part of, made changeable; `undefined` for the whole document. */
  #open(path: readonly string[]): { readonly container: Container; readonly token: string } | undefined {
    const token = path.at(-1);
    if (token === undefined) return undefined;
    let container = this.#owned(this.#root);
    this.#root = container;
    for (const step of path.slice(0, -1)) {
      const inner = this.#owned(child(container, step));
      if (Array.isArray(container)) container[indexIn(container, step, false)] = inner;
      else setMember(container, step, inner);
      container = inner;
    }
    return { container, token };
  }

  #owned(value: unknown): Container {
    if (!Array.isArray(value) && !isRecord(value)) throw new MissingPart('container');
    if (this.#own.has(value)) return value as Container;
    const copy: Container = Array.isArray(value) ? [...(value as readonly unknown[])] : { ...value };
    this.#own.add(copy);
    return copy;
  }

  #shift(items: number): void {
    this.#shiftsLeft -= items;
    if (this.#shiftsLeft < 0) throw new JsonPatchError('TooLarge', 'a JSON patch moves too many items of lists');
  }
}

function child(node: unknown, token: string, isLast = false): unknown {
  if (Array.isArray(node)) return (node as readonly unknown[])[indexIn(node, token, isLast)];
  if (!isRecord(node)) throw new MissingPart('container');
  if (!Object.hasOwn(node, token)) throw isLast ? nonexistent(token) : new MissingPart('container');
  return node[token];
}

function indexIn(list: readonly unknown[], token: string, isLast: boolean, allowsEnd = false): number {
  const index = /^(?:0|[1-9]\d{0,9})$/.test(token) ? Number(token) : Number.NaN;
  if (index < list.length + (allowsEnd ? 1 : 0)) return index;
  if (!isLast) throw new MissingPart('container');
  throw new MissingPart('index', `Unable to access invalid index: ${token}: invalid index referenced`);
}

const nonexistent = (key: string): MissingPart =>
  new MissingPart('key', `Unable to remove nonexistent key: ${key}: missing value`);

/** There is nothing where a pointer points: not what it is to be in, or that but no such item or member. */
export class MissingPart extends CodedError<'container' | 'index' | 'key'> {
  constructor(code: MissingPart['code'], message = 'missing value') {
    super(code, message);
  }
}

export const pointer = (path: readonly string[]): string =>
  path.map(token => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
