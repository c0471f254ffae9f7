import { isRecord, own } from '../../../../src/base/is-record.ts';
import { at, child } from '../../../../src/schema/field-path.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { additionalOf, isEmbedded, itemsOf, keepsUnknown, META_FIELDS } from './schema-parts.ts';

/** More are not listed: a body full of nonsense must not make an answer of the same size. */
const MAX_UNKNOWN_FIELDS = 100;

export interface Pruned {
  readonly value: unknown;
  /** Paths of what no schema describes, `spec.replicaz`. */
  readonly unknown: readonly string[];
}

/** A whole object without what its schema does not describe; shares all that it keeps. */
export function pruneObject(schema: JsonSchemaProps, object: unknown): Pruned {
  const unknown: string[] = [];
  const value = prune({ ...schema, 'x-kubernetes-embedded-resource': true }, object, '', unknown);
  return { value, unknown: unknown.sort() };
}

/** The same of a part of an object. */
export function pruneValue(schema: JsonSchemaProps, part: unknown): Pruned {
  const unknown: string[] = [];
  return { value: prune(schema, part, '', unknown), unknown };
}

/** Where nothing is known, nothing is kept. */
const NOTHING: JsonSchemaProps = {};

function prune(schema: JsonSchemaProps, value: unknown, path: string, unknown: string[]): unknown {
  if (isRecord(value)) return pruneMembers(schema, value, path, unknown);
  if (!Array.isArray(value)) return value;
  const items = itemsOf(schema) ?? (keepsUnknown(schema) ? ANYTHING : NOTHING);
  // Items of what is kept whole are described by their own schema and kept whole as well.
  const inner = keepsUnknown(schema) ? { ...items, 'x-kubernetes-preserve-unknown-fields': true } : items;
  const kept = value.map((item: unknown, index) => prune(inner, item, at(path, index), unknown));
  return kept.every((item, index) => item === value[index]) ? value : kept;
}

const ANYTHING: JsonSchemaProps = { 'x-kubernetes-preserve-unknown-fields': true };

function pruneMembers(
  schema: JsonSchemaProps,
  value: Readonly<Record<string, unknown>>,
  path: string,
  unknown: string[],
): unknown {
  const entries = Object.entries(value);
  let isSame = true;
  const kept = entries.flatMap(([name, member]): readonly (readonly [string, unknown])[] => {
    if (isEmbedded(schema) && META_FIELDS.has(name)) return [[name, member]];
    const part = own(schema.properties ?? {}, name) ?? additionalPart(schema);
    if (part === undefined && keepsUnknown(schema)) return [[name, member]];
    if (part === undefined) {
      isSame = false;
      if (unknown.length < MAX_UNKNOWN_FIELDS) unknown.push(child(path, name));
      return [];
    }
    const next = prune(part, member, child(path, name), unknown);
    isSame &&= next === member;
    return [[name, next]];
  });
  return isSame ? value : Object.fromEntries(kept);
}

/** `additionalProperties: true` allows names, and describes nothing below them. */
const additionalPart = (schema: JsonSchemaProps): JsonSchemaProps | undefined =>
  additionalOf(schema) ?? (schema.additionalProperties === undefined ? undefined : NOTHING);
