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
  const fields: WireField[] = [];
  const inline = new Map<number, WireField[]>();
  for (const [name, prop] of propsOf(node)) {
    const { field, embed } = prop.meta;
    if (field === undefined) continue;
    if (embed === undefined) fields.push({ number: field, name, node: prop });
    else inline.set(embed, [...(inline.get(embed) ?? []), { number: field, name, node: prop }]);
  }
  for (const [number, inner] of inline) fields.push({ number, inline: byNumber(inner) });
  const result = byNumber(fields);
  must(result.size === fields.length || undefined, `field numbers of ${node.meta.name} are distinct`);
  return result;
}

const byNumber = (fields: readonly WireField[]): WireFields =>
  new Map([...fields].sort((a, b) => a.number - b.number).map(field => [field.number, field]));
