import { must } from '../../src/base/must.ts';
import { compileCelRules, type CompiledRule } from '../kinds/apiextensions/json-schema/compile-cel-rules.ts';
import { celTypeOfSchema, type SchemaType } from '../kinds/apiextensions/json-schema/cel-type-of-schema.ts';
import { additionalOf, isEmbedded, itemsOf } from '../kinds/apiextensions/json-schema/schema-parts.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';

/** The rules of a schema and of the schemas within it; parts without any are left out. */
export interface RuleTree {
  readonly schema: JsonSchemaProps;
  readonly type: SchemaType;
  readonly rules: readonly CompiledRule[];
  readonly items: RuleTree | undefined;
  readonly additional: RuleTree | undefined;
  readonly properties: ReadonlyMap<string, RuleTree>;
}

/** Undefined where there are no rules. They were compiled once before, when the definition was taken. */
export function ruleTreeOf(schema: JsonSchemaProps, isRoot = true): RuleTree | undefined {
  const type = celTypeOfSchema(schema, isRoot || isEmbedded(schema), 'selfType');
  // What expressions do not see has no rules either.
  if (type === undefined) return undefined;
  const [items, additional] = [itemsOf(schema), additionalOf(schema)];
  const properties = new Map<string, RuleTree>();
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    const tree = hasRules(part) ? ruleTreeOf(part, false) : undefined;
    if (tree !== undefined) properties.set(name, tree);
  }
  const tree: RuleTree = {
    schema,
    type,
    rules: compileCelRules(schema, type),
    items: items !== undefined && hasRules(items) ? ruleTreeOf(items, false) : undefined,
    additional: additional !== undefined && hasRules(additional) ? ruleTreeOf(additional, false) : undefined,
    properties,
  };
  const isEmpty =
    tree.rules.length + properties.size === 0 && tree.items === undefined && tree.additional === undefined;
  return isEmpty ? undefined : tree;
}

/** Anywhere in a schema; its text tells as surely as its parts. */
const hasRules = (schema: JsonSchemaProps): boolean =>
  must(JSON.stringify(schema), 'a schema is an object').includes('"x-kubernetes-validations":');
