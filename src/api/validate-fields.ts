import { isDeepEqual } from '../base/deep-equal.ts';
import { isRecord, own } from '../base/is-record.ts';
import { at, child } from '../schema/field-path.ts';
import { propsOf } from '../schema/props-of.ts';
import type { Node, ObjectNode } from '../schema/schema.ts';
import { invalid, notSupported, required, type FieldError } from './field-error.ts';

/**
 * What one schema node can say of a value: required, enumerated, in range. The value has the right types
 * (`typeError`) and its defaults; rules that span fields are the kind's. Parts that are judged by a rule are passed
 * over; such a rule may ask here about the part itself.
 */
export function validateFields(node: Node, value: unknown, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  judge(node, value, path, errors, false);
  return errors;
}

/** Where `value` differs from `old` in what may not change once set. */
export function immutableFieldErrors(node: Node, value: unknown, old: unknown, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  visitImmutable(node, value, old, path, errors);
  return errors;
}

function visit(node: Node, value: unknown, path: string, errors: FieldError[], isItem = false): void {
  if (node.meta.byRule !== true) judge(node, value, path, errors, isItem);
}

function judge(node: Node, value: unknown, path: string, errors: FieldError[], isItem: boolean): void {
  if (value === undefined || value === null) {
    if (!isItem && isRequired(node)) errors.push(required(path));
    return;
  }
  switch (node.kind) {
    case 'object': {
      if (!isRecord(value) || valid.get(value) === node) return;
      const before = errors.length;
      for (const [name, prop] of propsOf(node)) {
        const part = own(value, name);
        // Most props of most objects are left out, and need no path.
        if (part !== undefined || isRequired(prop)) visit(prop, part, child(path, name), errors);
      }
      if (errors.length === before && Object.isFrozen(value)) valid.set(value, node);
      return;
    }
    case 'map':
      if (!isRecord(value) || isUnruled(node.value)) return;
      for (const [key, item] of Object.entries(value)) visit(node.value, item, at(path, key), errors, true);
      return;
    case 'list':
      if (!Array.isArray(value)) return;
      if (value.length === 0 && !isItem && isRequired(node)) errors.push(required(path));
      if (isUnruled(node.item)) return;
      for (const [index, item] of value.entries()) visit(node.item, item, at(path, index), errors, true);
      return;
    default:
      if (value === '' && !isItem && isRequired(node)) errors.push(required(path));
      else visitScalar(node, value, path, errors);
  }
}

/** Frozen parts without complaint: what is shared with a stored object is not judged again. */
const valid = new WeakMap<object, Node>();

/** A list's or map's items are never required: there, what is empty is a value. */
const isRequired = ({ meta }: Node): boolean => meta.optional !== true && meta.default === undefined;

/** Of an item of such a node there is nothing to say. */
const isUnruled = ({ kind, meta }: Node): boolean =>
  kind !== 'object' &&
  kind !== 'map' &&
  kind !== 'list' &&
  meta.enum === undefined &&
  meta.min === undefined &&
  meta.max === undefined;

function visitScalar({ meta }: Node, value: unknown, path: string, errors: FieldError[]): void {
  if (typeof value === 'string') {
    if (meta.enum !== undefined && !meta.enum.includes(value) && !(value === '' && meta.default === '')) {
      errors.push(notSupported(path, value, meta.enum));
    }
  } else if (typeof value === 'number') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = meta;
    if (value < min || value > max) errors.push(invalid(path, value, rangeProblem(meta.min, meta.max)));
  }
}

function rangeProblem(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `must be less than or equal to ${max}`;
  return max === undefined ? `must be greater than or equal to ${min}` : `must be between ${min} and ${max}, inclusive`;
}

function visitImmutable(node: Node, value: unknown, old: unknown, path: string, errors: FieldError[]): void {
  if (node.meta.immutable === true) {
    if (!isDeepEqual(value, old)) errors.push(invalid(path, value ?? null, 'field is immutable'));
  } else if (node.kind === 'object' && isRecord(value) && isRecord(old)) {
    for (const [name, prop] of immutableProps(node)) {
      visitImmutable(prop, own(value, name), own(old, name), child(path, name), errors);
    }
  }
}

const immutable = new WeakMap<ObjectNode, readonly (readonly [string, Node])[]>();
function immutableProps(node: ObjectNode): readonly (readonly [string, Node])[] {
  let entries = immutable.get(node);
  if (entries === undefined) {
    entries = propsOf(node).filter(([, prop]) => prop.meta.immutable === true || hasImmutable(prop));
    immutable.set(node, entries);
  }
  return entries;
}
const hasImmutable = (node: Node): boolean => node.kind === 'object' && immutableProps(node).length > 0;
