import { must } from '../base/must.ts';
import { propsOf } from './props-of.ts';
import type { Node, ObjectNode } from './schema.ts';

/** A protobuf field of a message: a property, or a message that JSON shows inline. */
export type WireField =
  | { readonly number: number; readonly name: string; readonly node: Node }
  | { readonly number: number; readonly inline: WireFields };
export type WireFields = ReadonlyMap<number, WireField>;

const known = new WeakMap<ObjectNode, WireFields>();

/** The message of an object node by field number, ascending. Properties without a number are not on the wire. */
export function wireFields(node: ObjectNode): WireFields {
  let fields = known.get(node);
  if (fields === undefined) {
    fields = build(node);
    known.set(node, fields);
  }
  return fields;
}

function build(node: ObjectNode): WireFields {
  const placed = [...propsOf(node)].flatMap(([name, prop]): readonly Placed[] => {
    const { field, embed = [] } = prop.meta;
    return field === undefined ? [] : [{ embed, field: { number: field, name, node: prop } }];
  });
  return fieldsOf(placed, node.meta.name);
}

/** A field, and the numbers of the messages around it. */
interface Placed {
  readonly embed: readonly number[];
  readonly field: WireField;
}

function fieldsOf(placed: readonly Placed[], name: string | undefined): WireFields {
  const fields: WireField[] = [];
  const inline = new Map<number, Placed[]>();
  for (const { embed, field } of placed) {
    const [outer, ...rest] = embed;
    if (outer === undefined) fields.push(field);
    else inline.set(outer, [...(inline.get(outer) ?? []), { embed: rest, field }]);
  }
  for (const [number, inner] of inline) fields.push({ number, inline: fieldsOf(inner, name) });
  const result = new Map(fields.sort((a, b) => a.number - b.number).map(field => [field.number, field]));
  must(result.size === fields.length || undefined, `field numbers of ${name} are distinct`);
  return result;
}
