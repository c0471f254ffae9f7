import { isDeepEqual } from '../base/deep-equal.ts';
import { isRecord, member, withMember, withoutMember } from './json-record.ts';

/** Why a JSON patch was not applied: it is none at all, or one of its operations cannot be done. */
export class JsonPatchError extends Error {
  readonly code: 'Malformed' | 'DoesNotApply' | 'TooLarge';
  constructor(code: JsonPatchError['code'], message: string) {
    super(message);
    this.name = 'JsonPatchError';
    this.code = code;
  }
}

export interface JsonPatchLimits {
  readonly operations: number;
  /** Bytes that copies may add altogether. */
  readonly copyBytes: number;
}

/** RFC 6902: all operations or, by `JsonPatchError`, none. Shares what it keeps, changes nothing in place. */
export function jsonPatch(document: unknown, operations: unknown, limits: JsonPatchLimits): unknown {
  if (!Array.isArray(operations)) throw new JsonPatchError('Malformed', 'a JSON patch is a list of operations');
  if (operations.length > limits.operations) {
    throw new JsonPatchError(
      'TooLarge',
      `The allowed maximum operations in a JSON patch is ${limits.operations}, got ${operations.length}`,
    );
  }
  let copied = 0;
  let result = document;
  for (const operation of operations) {
    const { op, path, from, value } = read(operation);
    switch (op) {
      case 'add':
        result = edit(result, path, 0, place => put(place, value, 'add'));
        break;
      case 'remove':
        result = edit(result, path, 0, cut);
        break;
      case 'replace':
        result = path.length === 0 ? value : edit(result, path, 0, place => put(place, value, 'replace'));
        break;
      case 'move': {
        if (isWithin(path, from)) throw new JsonPatchError('DoesNotApply', 'a value cannot be moved into itself');
        const moved = at(result, from);
        result = edit(edit(result, from, 0, cut), path, 0, place => put(place, moved, 'add'));
        break;
      }
      case 'copy': {
        const source = at(result, from);
        copied += Buffer.byteLength(JSON.stringify(source) ?? '');
        if (copied > limits.copyBytes) {
          throw new JsonPatchError('TooLarge', `copies of one JSON patch may add ${limits.copyBytes} bytes`);
        }
        result = edit(result, path, 0, place => put(place, source, 'add'));
        break;
      }
      case 'test':
        if (!isDeepEqual(at(result, path), value)) {
          throw new JsonPatchError('DoesNotApply', `testing value ${pointer(path)} failed`);
        }
    }
  }
  return result;
}

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: unknown;
}

const OPERATIONS: ReadonlySet<unknown> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function read(operation: unknown): Operation {
  if (!isRecord(operation)) throw new JsonPatchError('Malformed', 'an operation is an object');
  const op = member(operation, 'op');
  if (!OPERATIONS.has(op)) throw new JsonPatchError('DoesNotApply', `Unexpected kind: ${String(op)}`);
  const needsValue = op === 'add' || op === 'replace' || op === 'test';
  if (needsValue && !Object.hasOwn(operation, 'value')) {
    throw new JsonPatchError('DoesNotApply', `operation ${op} lacks its value`);
  }
  return {
    op: op as Operation['op'],
    path: tokens(member(operation, 'path')),
    from: op === 'move' || op === 'copy' ? tokens(member(operation, 'from')) : [],
    value: member(operation, 'value'),
  };
}

/** RFC 6901. */
function tokens(path: unknown): readonly string[] {
  if (typeof path !== 'string') throw new JsonPatchError('DoesNotApply', 'an operation lacks its path');
  if (path === '') return [];
  if (!path.startsWith('/') || /~(?![01])/.test(path)) {
    throw new JsonPatchError('DoesNotApply', `not a JSON pointer: ${path}`);
  }
  return path
    .slice(1)
    .split('/')
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const pointer = (path: readonly string[]): string =>
  path.map(token => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const isWithin = (path: readonly string[], from: readonly string[]): boolean =>
  path.length > from.length && from.every((token, index) => token === path[index]);

/** Where the last token of a path points: a member or an index, or the document itself. */
interface Place {
  readonly container: unknown;
  readonly token: string | undefined;
  readonly path: readonly string[];
}

/** The document with its part at `path` edited. */
function edit(node: unknown, path: readonly string[], depth: number, change: (place: Place) => unknown): unknown {
  const token = path[depth];
  if (token === undefined || depth === path.length - 1) return change({ container: node, token, path });
  const next = edit(child(node, token, path), path, depth + 1, change);
  if (Array.isArray(node)) return node.with(indexIn(node, token, path), next);
  return isRecord(node) ? withMember(node, token, next) : next;
}

function put({ container, token, path }: Place, value: unknown, mode: 'add' | 'replace'): unknown {
  if (token === undefined) return value;
  if (Array.isArray(container)) {
    if (mode === 'add' && token === '-') return [...container, value];
    const index = indexIn(container, token, path, mode === 'add');
    return mode === 'add' ? container.toSpliced(index, 0, value) : container.with(index, value);
  }
  if (!isRecord(container)) throw missing(path);
  if (mode === 'replace' && !Object.hasOwn(container, token)) throw missing(path);
  return withMember(container, token, value);
}

function cut({ container, token, path }: Place): unknown {
  if (token === undefined) return null;
  if (Array.isArray(container)) return container.toSpliced(indexIn(container, token, path), 1);
  if (!isRecord(container) || !Object.hasOwn(container, token)) throw missing(path);
  return withoutMember(container, token);
}

const at = (document: unknown, path: readonly string[]): unknown =>
  path.reduce((node, token) => child(node, token, path), document);

function child(node: unknown, token: string, path: readonly string[]): unknown {
  if (Array.isArray(node)) return (node as readonly unknown[])[indexIn(node, token, path)];
  if (!isRecord(node) || !Object.hasOwn(node, token)) throw missing(path);
  return node[token];
}

function indexIn(list: readonly unknown[], token: string, path: readonly string[], allowsEnd = false): number {
  const index = /^(?:0|[1-9]\d{0,9})$/.test(token) ? Number(token) : Number.NaN;
  if (!(index < list.length + (allowsEnd ? 1 : 0))) throw missing(path);
  return index;
}

const missing = (path: readonly string[]): JsonPatchError =>
  new JsonPatchError('DoesNotApply', `there is nothing at ${pointer(path)}: missing value`);
