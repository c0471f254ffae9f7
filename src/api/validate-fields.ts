import { isDeepEqual } from '../base/deep-equal.ts';
import { isRecord, own } from '../base/is-record.ts';
import { compiled } from '../schema/compiled.ts';
import { child } from '../schema/field-path.ts';
import { propsOf } from '../schema/props-of.ts';
import { Trail } from '../schema/trail.ts';
import type { ListNode, MapNode, Node, ObjectNode } from '../schema/schema.ts';
import { invalid, notSupported, required, type FieldError } from './field-error.ts';

/**
 * What one schema node can say of a value: required, enumerated, in range. The value has the right types
 * (`typeError`) and its defaults; rules that span fields are the kind's. Parts that are judged by a rule are passed
 * over; such a rule may ask here about the part itself.
 */
export function validateFields(node: Node, value: unknown, path: string): readonly FieldError[] {
  if (isMissing(node, value)) return [required(path)];
  const report: Report = { errors: [], trail: new Trail(path) };
  ruleOf(node)(value, report);
  return report.errors;
}

/** Where `value` differs from `old` in what may not change once set. */
export function immutableFieldErrors(node: Node, value: unknown, old: unknown, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  visitImmutable(node, value, old, path, errors);
  return errors;
}

/** Judges what is there. */
type Rule = (value: unknown, report: Report) => void;

interface Report {
  readonly errors: FieldError[];
  readonly trail: Trail;
}

const ruleOf = compiled((node: Node): Rule => {
  switch (node.kind) {
    case 'object':
      return objectRule(node);
    case 'map':
      return mapRule(node);
    case 'list':
      return listRule(node);
    default:
      return isRuledScalar(node) ? (value, report) => judgeScalar(node, value, report) : nothing;
  }
});

const nothing: Rule = () => undefined;

interface RuledMember {
  readonly name: string;
  readonly node: Node;
  readonly rule: Rule;
}

function objectRule(node: ObjectNode): Rule {
  let members: readonly RuledMember[] | undefined;
  return (value, report) => {
    if (!isRecord(value)) return;
    members ??= ruledMembers(node);
    for (const { name, node: prop, rule } of members) {
      const part = own(value, name);
      const isAbsent = isMissing(prop, part);
      if (!isAbsent && (part === undefined || part === null)) continue;
      report.trail.enter(name);
      if (isAbsent) report.errors.push(required(report.trail.path()));
      else rule(part, report);
      report.trail.leave();
    }
  };
}

const ruledMembers = (node: ObjectNode): readonly RuledMember[] =>
  propsOf(node)
    .filter(([, prop]) => prop.meta.byRule !== true && (isRequired(prop) || isRuled(prop)))
    .map(([name, prop]) => ({ name, node: prop, rule: ruleOf(prop) }));

function mapRule({ value: node }: MapNode): Rule {
  if (!isRuledItem(node)) return nothing;
  const rule = ruleOf(node);
  return (value, report) => {
    if (!isRecord(value)) return;
    for (const [key, item] of Object.entries(value)) {
      report.trail.enter({ key });
      rule(item, report);
      report.trail.leave();
    }
  };
}

function listRule({ item: node }: ListNode): Rule {
  if (!isRuledItem(node)) return nothing;
  const rule = ruleOf(node);
  return (value, report) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) {
      report.trail.enter(index);
      rule(value[index], report);
      report.trail.leave();
    }
  };
}

const isRequired = ({ meta }: Node): boolean => meta.optional !== true && meta.default === undefined;

/** Not asked of items: there, what is empty is a value. */
function isMissing(node: Node, value: unknown): boolean {
  if (!isRequired(node)) return false;
  if (value === undefined || value === null) return true;
  if (node.kind === 'list') return Array.isArray(value) && value.length === 0;
  return value === '' && node.kind !== 'object' && node.kind !== 'map';
}

/** Whether there may be anything to say of a value; of objects that is not looked into before one is there. */
function isRuled(node: Node): boolean {
  if (node.kind === 'list') return isRuledItem(node.item);
  if (node.kind === 'map') return isRuledItem(node.value);
  return node.kind === 'object' || isRuledScalar(node);
}

const isRuledItem = (node: Node): boolean => node.meta.byRule !== true && isRuled(node);

const isRuledScalar = ({ meta }: Node): boolean =>
  meta.enum !== undefined || meta.min !== undefined || meta.max !== undefined;

function judgeScalar({ meta }: Node, value: unknown, { errors, trail }: Report): void {
  if (typeof value === 'string') {
    const { enum: supported } = meta;
    if (supported !== undefined && !supported.includes(value) && !(value === '' && meta.default === '')) {
      errors.push(notSupported(trail.path(), value, supported));
    }
  } else if (typeof value === 'number') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = meta;
    if (value < min || value > max) errors.push(invalid(trail.path(), value, rangeProblem(meta.min, meta.max)));
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
    // What it holds of its own kind is looked at once.
    immutable.set(node, []);
    entries = propsOf(node).filter(([, prop]) => prop.meta.immutable === true || hasImmutable(prop));
    immutable.set(node, entries);
  }
  return entries;
}
const hasImmutable = (node: Node): boolean => node.kind === 'object' && immutableProps(node).length > 0;
