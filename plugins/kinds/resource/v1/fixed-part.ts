import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { isRecord } from '../../../../src/base/is-record.ts';
import { propsOf } from '../../../../src/schema/props-of.ts';
import type { AnySchema, Node } from '../../../../src/schema/schema.ts';

/** That a part may not change, told with all of it. */
export const fixedPart = ({ node }: AnySchema, field: string, part: unknown, old: unknown): readonly FieldError[] =>
  isDeepEqual(part, old) ? [] : [invalid(field, asGoPrints(node, part), 'field is immutable')];

/** In Go's own types, which have no names for JSON and say what is not there. */
function asGoPrints(node: Node, value: unknown): unknown {
  if (value === undefined || value === null) return zeroOf(node);
  if (node.kind === 'list' && Array.isArray(value)) return value.map(item => asGoPrints(node.item, item));
  if (node.kind === 'map' && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asGoPrints(node.value, item)]));
  }
  if (node.kind !== 'object' || !isRecord(value)) return value;
  const entries = propsOf(node).map(([name, prop]) => [name, prop, value[name]] as const);
  return Object.assign(
    {},
    ...entries.map(([name, prop, part]) => (isMetadata(prop) ? part : { [goName(name)]: asGoPrints(prop, part) })),
  ) as object;
}

/** Metadata has names for JSON, and none of its own. */
const isMetadata = ({ meta }: Node): boolean => meta.name?.endsWith('.ObjectMeta') === true;

function zeroOf({ kind, meta }: Node): unknown {
  if (meta.omitEmpty !== true || kind === 'list' || kind === 'map') return null;
  return kind === 'string' ? '' : kind === 'boolean' ? false : kind === 'int64' ? 0 : null;
}

const goName = (name: string): string => (name === 'cel' ? 'CEL' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
