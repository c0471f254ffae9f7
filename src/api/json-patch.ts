import { isDeepEqual } from '../base/deep-equal.ts';
import { JsonDraft, MissingPart, pointer } from './json-draft.ts';
import { JsonPatchError } from './json-patch-error.ts';
import { isRecord, member } from './json-record.ts';

export interface JsonPatchLimits {
  readonly operations: number;
  /** Bytes that copies may add altogether. */
  readonly copyBytes: number;
  /** Items that insertions and removals may push aside altogether. */
  readonly shiftedItems: number;
  /** Of the result; no pointer has more tokens. */
  readonly depth: number;
}

/** RFC 6902: all operations or, by `JsonPatchError`, none. Shares what it keeps, changes its arguments never. */
export function jsonPatch(document: unknown, operations: unknown, limits: JsonPatchLimits): unknown {
  if (!Array.isArray(operations)) throw new JsonPatchError('Malformed', 'a JSON patch is a list of operations');
  if (operations.length > limits.operations) {
    throw new JsonPatchError(
      'TooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${limits.operations}, got ${operations.length}`,
    );
  }
  const draft = new JsonDraft(document, limits.shiftedItems);
  let copied = 0;
  for (const operation of operations) copied += run(draft, read(operation, limits.depth), limits.copyBytes - copied);
  if (isDeeperThan(draft.value, limits.depth)) {
    throw new JsonPatchError('DoesNotApply', `the result exceeds max depth of ${limits.depth}`);
  }
  return draft.value;
}

/** Changes the draft; bytes that were copied. */
function run(draft: JsonDraft, operation: Operation, copyBytes: number): number {
  try {
    return perform(draft, operation, copyBytes);
  } catch (error) {
    // What is not there is of another value.
    if (error instanceof MissingPart && error.code === 'key' && operation.op === 'test')
      throw testFailed(operation.path);
    if (error instanceof MissingPart) throw new JsonPatchError('DoesNotApply', missingMessage(operation, error));
    throw error;
  }
}

function perform(draft: JsonDraft, { op, path, from, value }: Operation, copyBytes: number): number {
  switch (op) {
    case 'add':
      draft.add(path, value);
      return 0;
    case 'remove':
      draft.remove(path);
      return 0;
    case 'replace':
      draft.replace(path, value);
      return 0;
    case 'move': {
      if (isWithin(path, from)) throw new JsonPatchError('DoesNotApply', 'a value cannot be moved into itself');
      const moved = draft.at(from);
      draft.remove(from);
      draft.add(path, moved);
      return 0;
    }
    case 'copy': {
      const copy = copyOf(draft.at(from), copyBytes);
      draft.add(path, copy.value);
      return copy.bytes;
    }
    case 'test':
      if (!isDeepEqual(draft.at(path), value)) throw testFailed(path);
      return 0;
  }
}

const testFailed = (path: readonly string[]): JsonPatchError =>
  new JsonPatchError('TestFailed', `testing value ${pointer(path)} failed: test failed`);

/** In the words of the library that upstream patches with. */
function missingMessage({ op, path, from }: Operation, { code, message }: MissingPart): string {
  const [to, source] = [pointer(path), pointer(from)];
  switch (op) {
    case 'add':
    case 'remove':
      return code === 'container'
        ? `${op} operation does not apply: doc is missing path: "${to}": ${message}`
        : `error in ${op} for path: '${to}': ${message}`;
    case 'replace':
      return `replace operation does not apply: doc is missing ${code === 'container' ? 'path' : 'key'}: ${to}: missing value`;
    case 'move':
    case 'copy':
      return code === 'container'
        ? `${op} operation does not apply: doc is missing from path: ${source}: ${message}`
        : `error in ${op} for path: '${from.at(-1) ?? ''}': ${message}`;
    case 'test':
      return code === 'container'
        ? `test operation does not apply: is missing path: ${to}: ${message}`
        : `error in test for path: '${to}': ${message}`;
  }
}

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: unknown;
}

const OPERATIONS: ReadonlySet<unknown> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function read(operation: unknown, maxDepth: number): Operation {
  if (!isRecord(operation)) throw new JsonPatchError('Malformed', 'an operation is an object');
  const op = member(operation, 'op');
  if (!OPERATIONS.has(op)) throw new JsonPatchError('DoesNotApply', `Unexpected kind: ${String(op)}`);
  const needsValue = op === 'add' || op === 'replace' || op === 'test';
  if (needsValue && !Object.hasOwn(operation, 'value')) {
    throw new JsonPatchError('DoesNotApply', `operation ${op} lacks its value`);
  }
  return {
    op: op as Operation['op'],
    path: tokens(member(operation, 'path'), maxDepth),
    from: op === 'move' || op === 'copy' ? tokens(member(operation, 'from'), maxDepth) : [],
    value: member(operation, 'value'),
  };
}

/** RFC 6901. More tokens than a document is deep point nowhere. */
function tokens(path: unknown, maxDepth: number): readonly string[] {
  if (typeof path !== 'string') throw new JsonPatchError('DoesNotApply', 'an operation lacks its path');
  if (path === '') return [];
  if (!path.startsWith('/') || /~(?![01])/.test(path)) {
    throw new JsonPatchError('DoesNotApply', `not a JSON pointer: ${path}`);
  }
  const parts = path.slice(1).split('/', maxDepth + 1);
  if (parts.length > maxDepth) throw new JsonPatchError('DoesNotApply', `there is nothing so deep: ${maxDepth}`);
  return parts.map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const isWithin = (path: readonly string[], from: readonly string[]): boolean =>
  path.length > from.length && from.every((token, index) => token === path[index]);

/** A copy that shares nothing, so that either can be changed alone, and its size. */
function copyOf(source: unknown, bytes: number): { readonly value: unknown; readonly bytes: number } {
  let text: string;
  try {
    text = JSON.stringify(source) ?? '';
  } catch (error) {
    if (error instanceof RangeError) throw new JsonPatchError('DoesNotApply', 'a copied value is nested too deep');
    throw error;
  }
  const size = Buffer.byteLength(text);
  if (size > bytes) throw new JsonPatchError('TooLarge', 'copies of one JSON patch add too many bytes');
  return { value: cloned(source), bytes: size };
}

function cloned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloned);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cloned(item)] as const));
}

/** Without recursion: moves may have nested a value deeper than a stack is. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit + 1) return true;
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
