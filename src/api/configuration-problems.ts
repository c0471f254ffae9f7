import { goSyntax, goText, goType } from '../base/go-text.ts';
import { childNode, listMeta } from '../schema/patch-meta.ts';
import type { ListNode, Node } from '../schema/schema.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import { printedElement } from './field-set.ts';
import { isRecord, member } from './json-record.ts';
import { itemElement } from './object-fields.ts';

/**
 * Why a configuration cannot be applied to objects of this schema, each with its path, worded as the library
 * that upstream merges with words it. Unlike in other bodies a field that is not known is always an error.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/validate.go
 */
export function configurationProblems(node: Node, value: unknown): readonly string[] {
  return problems(node, value).map(({ path, text }) => (path === '' ? text : `${path}: ${text}`));
}

interface Problem {
  readonly path: string;
  readonly text: string;
}

const problem = (text: string, path = ''): readonly Problem[] => [{ path, text }];

const within = (prefix: string, found: readonly Problem[]): readonly Problem[] =>
  found.map(({ path, text }) => ({ path: prefix + path, text }));

function problems(node: Node, given: unknown): readonly Problem[] {
  if (given === null || given === undefined) return [];
  const value = isWideInteger(given) ? Number(given) : given;
  switch (node.kind) {
    case 'object':
    case 'map':
      if (!isRecord(value)) return takesAnything(node) ? [] : problem(`expected map, got ${wrapped(value)}`);
      return Object.entries(value).flatMap(([name, item]) => {
        const inner = childNode(node, name);
        if (inner !== undefined) return within(`.${name}`, problems(inner, item));
        return node.meta.open === true ? [] : problem('field not declared in schema', `.${name}`);
      });
    case 'list':
      return Array.isArray(value) ? itemProblems(node, value) : problem(`expected list, got ${wrapped(value)}`);
    case 'json':
      return [];
    default:
      return scalarProblems(SCALARS[node.kind], value);
  }
}

const takesAnything = (node: Node): boolean =>
  node.kind === 'object' && node.meta.open === true && Object.keys(node.props).length === 0;

function itemProblems(node: ListNode, items: readonly unknown[]): readonly Problem[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const lacking = lackingKey(node, item);
    if (lacking !== undefined) {
      return problem(
        `element ${index}: associative list with keys has an element that omits key field ${JSON.stringify(lacking)}`,
      );
    }
    const element = itemElement(node, item);
    const path = printedElement(element ?? `i:${index}`);
    if (element !== undefined && seen.has(element)) return problem(`duplicate entries for key ${path}`);
    if (element !== undefined) seen.add(element);
    return within(path, problems(node.item, item));
  });
}

/** A key without which an item of an associative list is none; one with a default may be left out. */
function lackingKey(node: ListNode, item: unknown): string | undefined {
  const meta = listMeta(node);
  if (meta?.listType !== 'map' || !isRecord(item)) return undefined;
  const has = (key: string): boolean =>
    member(item, key) !== undefined || childNode(node.item, key)?.meta.default !== undefined;
  return meta.mapKeys.some(has) ? undefined : meta.mapKeys[0];
}

/** Upstream prints the wrapper its library puts around each value. */
const wrapped = (value: unknown): string => `&{${goText(value)}}`;

type Scalar = 'numeric' | 'string' | 'boolean' | 'untyped';
const SCALARS: Readonly<Record<Exclude<Node['kind'], 'object' | 'map' | 'list' | 'json'>, Scalar>> = {
  string: 'string',
  bytes: 'string',
  duration: 'string',
  boolean: 'boolean',
  int32: 'numeric',
  int64: 'numeric',
  double: 'numeric',
  quantity: 'untyped',
  time: 'untyped',
  microTime: 'untyped',
  intOrString: 'untyped',
};

function scalarProblems(scalar: Scalar, value: unknown): readonly Problem[] {
  switch (scalar) {
    case 'numeric':
      if (typeof value === 'number') return [];
      return problem(`expected numeric (int or float), got ${goType(value)}`);
    case 'string':
      return typeof value === 'string'
        ? []
        : problem(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    case 'boolean':
      return typeof value === 'boolean' ? [] : problem(`expected boolean, got ${wrapped(value)}`);
    case 'untyped':
      return typeof value === 'object' ? problem(`expected any scalar, got ${wrapped(value)}`) : [];
  }
}
