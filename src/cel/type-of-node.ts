import type { Node, ObjectNode } from '../schema/schema.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  listOf,
  mapOf,
  objectOf,
  type CelField,
  type CelType,
} from './cel-type.ts';
import { escapeName } from './escape-name.ts';

/**
 * The type of values that a schema of ours describes, for expressions about built-in kinds. `name` is told where
 * the schema has none.
 */
export function typeOfNode(node: Node, name: string): CelType {
  switch (node.kind) {
    case 'boolean':
      return BOOL;
    case 'int32':
    case 'int64':
      return INT;
    case 'double':
      return DOUBLE;
    case 'string':
    case 'quantity':
      return STRING;
    case 'bytes':
      return BYTES;
    case 'time':
    case 'microTime':
      return TIMESTAMP;
    case 'duration':
      return DURATION;
    case 'list':
      return typeOfList(typeOfNode(node.item, `${name}.@idx`), node.meta);
    case 'map':
      return mapOf(STRING, typeOfNode(node.value, `${name}.@elem`));
    case 'object':
      return typeOfObject(node, name);
    case 'intOrString':
    case 'json':
      return DYN;
  }
}

function typeOfList(item: CelType, { listSet, listMapKeys }: Node['meta']): CelType {
  const list = listOf(item);
  if (listSet === true) return { ...list, listKeys: 'set' };
  return listMapKeys === undefined ? list : { ...list, listKeys: listMapKeys };
}

const known = new WeakMap<ObjectNode, CelType>();

function typeOfObject(node: ObjectNode, name: string): CelType {
  const before = known.get(node);
  if (before !== undefined) return before;
  const typeName = node.meta.name ?? name;
  const type = objectOf(typeName, () => {
    const fields = new Map<string, CelField>();
    for (const [property, member] of Object.entries(node.props)) {
      const escaped = escapeName(property);
      if (escaped !== undefined) fields.set(escaped, { property, type: typeOfNode(member, `${typeName}.${property}`) });
    }
    return fields;
  });
  if (node.meta.name !== undefined) known.set(node, type);
  return type;
}
